"""What people asked of running work, as a node knows it: cancelled jobs and paused lanes."""

import json
import logging
import time
from collections.abc import Callable

from winnow_base.http.internal_clients import IndexClient
from winnow_chassis.broker.control_channel import ControlListener
from winnow_contracts.control import ControlKind, ControlMessage, ControlSet
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import WinnowError
from winnow_contracts.failpoints import failpoint
from winnow_contracts.index_api.lanes import ReadControl
from winnow_contracts.json_codec import from_json, to_json
from winnow_journal.protocol import Journal
from winnow_journal.values import Flag, JournalUnusable

_LOG = logging.getLogger(__name__)
_FETCH_SECONDS = 30.0
_WRONG_CLOCK_SECONDS = 5.0
"""How soon index is asked again while this node's clock is wrong."""


class Control:
    """Index's set, fetched on connect and every half minute, kept in the journal, and kept fresh by news.

    One thread fetches and hears, so that an old answer never overwrites newer news: index has written a change before
    anyone tells of it. ``resend`` is called with each job whose kept commands are to be sent again, ``watched`` with
    each that somebody watches, ``told_time`` with the time in each answer of index and the seconds that it took,
    ``changed`` when the set is another one.
    """

    def __init__(
        self,
        journal: Journal,
        index: IndexClient,
        amqp_url: str,
        node: str,
        resend: Callable[[str], None],
        watched: Callable[[str], None],
        told_time: Callable[[int, float], bool],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._changed = changed
        self._journal = journal
        self._index = index
        self._resend = resend
        self._watched = watched
        self._told_time = told_time
        kept = journal.flag(Flag.CONTROL)
        self._set = from_json(ControlSet, json.loads(kept)) if kept else ControlSet()
        self._fetch_due = 0.0
        self._listener = ControlListener(
            amqp_url, node, self._heard, on_connected=self._fetch_soon, between=self._fetch_if_due
        )

    def start(self) -> None:
        """Hear and fetch in the background."""
        self._listener.start()

    def stop(self) -> None:
        """End."""
        self._listener.stop()

    def is_cancelled(self, envelope: Envelope) -> bool:
        """Whether the run that the task belongs to is cancelled."""
        return envelope.run <= self._set.cancelled.get(envelope.command.job_id, 0)

    def is_paused(self, lane: str) -> bool:
        """Whether nothing of the lane is to run."""
        return lane in self._set.paused

    def _fetch_soon(self) -> None:
        self._fetch_due = 0.0  # what was told while nobody listened

    def _fetch_if_due(self) -> float:
        """Fetch when it is time to; the seconds until it is again."""
        if time.monotonic() >= self._fetch_due:
            self._fetch()
        return max(0.0, self._fetch_due - time.monotonic())

    def _fetch(self) -> None:
        began = time.monotonic()
        try:
            fetched = self._index.ask(ReadControl())
        except WinnowError as error:
            self._fetch_due = time.monotonic() + 1
            _LOG.debug("Index cannot say what is cancelled or paused.", extra={"error": str(error)})
            return
        is_clock_right = self._told_time(fetched.now_ms, time.monotonic() - began)
        self._fetch_due = time.monotonic() + (_FETCH_SECONDS if is_clock_right else _WRONG_CLOCK_SECONDS)
        self._keep(fetched)

    def _heard(self, news: ControlMessage) -> None:
        if news.kind is ControlKind.WATCH:
            self._watched(news.name)
            return
        failpoint("control.heard")
        _LOG.info("News of control came.", extra={"kind": news.kind.value, "name_": news.name})
        cancelled, paused = dict(self._set.cancelled), dict(self._set.paused)
        match news.kind:
            case ControlKind.CANCEL:
                cancelled[news.name] = max(news.run, cancelled.get(news.name, 0))
            case ControlKind.PAUSE:
                paused.setdefault(news.name, now_ms())
            case ControlKind.RESUME:
                paused.pop(news.name, None)
            case ControlKind.RESEND:
                self._resend(news.name)
        self._keep(ControlSet(cancelled=cancelled, paused=paused))

    def _keep(self, fresh: ControlSet) -> None:
        if fresh == self._set:
            return
        self._set = fresh
        self._changed()
        try:
            self._journal.set_flag(Flag.CONTROL, json.dumps(to_json(fresh)))
        except JournalUnusable as error:
            # Only the copy for a start without index is old; the node's own gate tells of the journal.
            _LOG.warning("What is cancelled or paused could not be kept.", extra={"error": str(error)})
