"""The reads that are timed, each as a page or a command asks it of index's API."""

from collections.abc import Callable, Mapping

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.activity import ReadActivity
from winnow_contracts.index_api.duplicates import ListDuplicates
from winnow_contracts.index_api.operators import ListFindings, ListJournals
from winnow_contracts.index_api.statistics import ReadStatistics
from winnow_contracts.index_api.tasks import ListTasks
from winnow_contracts.index_api.usage import ListSpentDays
from winnow_contracts.internal_api import IndexRequest

_DAY_MS = 86_400_000
Read = Callable[[IndexClient], None]


def reads() -> Mapping[str, Read]:
    """Each read by its name."""
    now = now_ms()
    day, week = now - _DAY_MS, now - 7 * _DAY_MS
    return {
        "tasks, newest": _asks(ListTasks(limit=25)),
        "tasks, second page": _second_page,
        "tasks, dead": _asks(ListTasks(limit=25, state="dead")),
        "tasks, completed of an actor": _asks(ListTasks(limit=25, state="completed", actor="ai.transcribe_audio")),
        "tasks, of a tenant": _asks(ListTasks(limit=25, tenant_id="tenant-7")),
        "tasks, of a node": _asks(ListTasks(limit=25, node="ai-2")),
        "tasks, of a day": _asks(ListTasks(limit=25, since_ms=week, until_ms=week + _DAY_MS)),
        "tasks, by words of an error": _asks(ListTasks(limit=25, text="no sound")),
        "tasks, by words that nothing has": _asks(ListTasks(limit=25, text="never written")),
        "overview, hour": _overview(60),
        "overview, day": _overview(1440),
        "statistics, hour": _asks(ReadStatistics(since_ms=now - _DAY_MS // 24)),
        "statistics, day": _asks(ReadStatistics(since_ms=day)),
        "statistics, day of an actor": _asks(ReadStatistics(since_ms=day, actor="ai.transcribe_audio")),
        "statistics, week": _asks(ReadStatistics(since_ms=week)),
        "statistics, all": _asks(ReadStatistics(since_ms=0)),
        "duplicates, day": _asks(ListDuplicates(since_ms=day)),
        "duplicates, week": _asks(ListDuplicates(since_ms=week)),
        "duplicates, all": _asks(ListDuplicates()),
        "duplicates, all of a cause": _asks(ListDuplicates(cause="takeover")),
        "duplicates, all of an actor": _asks(ListDuplicates(actor="ai.transcribe_audio")),
    }


def _asks(*requests: IndexRequest[object]) -> Read:
    def ask(index: IndexClient) -> None:
        for request in requests:
            index.ask(request)

    return ask


def _overview(minutes: int) -> Read:
    """All that the overview asks of index; it asks the broker too."""
    return _asks(ListFindings(), ListJournals(), ReadActivity(minutes=minutes), ListSpentDays())


def _second_page(index: IndexClient) -> None:
    cursor = index.ask(ListTasks(limit=25)).next_cursor
    index.ask(ListTasks(limit=25, cursor=cursor))
