"""Calls are admitted from one line of all nodes. A task far from the front is snoozed; a cancelled one leaves."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from winnow_ai.admission.desk import Desk
from winnow_ai.admission.own_line import OwnLine
from winnow_ai.admission.place import Admission
from winnow_ai.clock import SystemClock
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_ai.llm.event_stream import read_stream
from winnow_ai.llm.lines import lines_at
from winnow_ai.llm.timeouts import Deadline, unheard
from winnow_contracts.commands import TranscribeAudio
from winnow_contracts.errors import RateLimited, Refused, Snoozed, Unavailable
from winnow_contracts.identity import new_job_id
from winnow_contracts.json_codec import to_json
from winnow_contracts.places import CallOutcome, PlaceAnswer, PlaceFreed, PlaceLeft, PlaceVerdict, PlaceWish
from winnow_contracts.queues import Priority
from winnow_journal.task import Cancelled, Task
from winnow_journal.testing.memory import memory_task


@dataclass
class IndexLine:
    """Index's two routes for places, with the same rules in memory. With ``away`` it does not answer."""

    away: bool = False
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    line: OwnLine = field(default_factory=lambda: OwnLine(1, SystemClock()))

    def ask(self, request: Any) -> Any:
        if self.away:
            raise Unavailable("The index API does not answer.", dependency="index")
        self.asked.append((request.ROUTE.path.removeprefix(PlaceWish.ROUTE.path), to_json(request)))
        if isinstance(request, PlaceWish):
            return self.line.wish(request)
        self.line.leave(request)
        return PlaceFreed()

    def left(self) -> list[dict[str, Any]]:
        return [body for path, body in self.asked if path == "/leave"]


@pytest.fixture
def index() -> IndexLine:
    return IndexLine()


@pytest.fixture
def node(endpoint: Endpoint, endpoint_settings: EndpointSettings, index: IndexLine) -> Callable[..., Admission]:
    """The speech line as a node of its own has it; ``ceiling`` calls at once over all."""

    def make(ceiling: int = 1, nodes: int = 1) -> Admission:
        clock = SystemClock()
        lines = lines_at(endpoint, endpoint_settings, Desk(index, OwnLine(nodes, clock), clock), clock)
        return replace(lines.speech, told=lambda: ceiling, ceiling=ceiling)

    return make


def task_of(command: TranscribeAudio, number: int, **more: Any) -> Task:
    task = memory_task(replace(command, job_id=f"job_{number}"))
    envelope = replace(task.envelope, created_ms=number)
    return Task(envelope, f"attempt {number}", task._records, node="test", **more)


def test_never_more_calls_at_once_than_places_and_all_are_served(
    node: Callable[..., Admission],
    endpoint: Endpoint,
    server: Any,
    tones: Callable[..., bytes],
    transcribe_command: TranscribeAudio,
) -> None:
    nodes = [node(2), node(2)]
    lock, running, most, served = threading.Lock(), 0, 0, []

    def busy() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.1)
        with lock:
            running -= 1

    server.before_answer = busy
    flac = tones(1)

    def work(number: int) -> None:
        task = task_of(transcribe_command, number)
        while True:
            try:
                with nodes[number % 2].stand(task) as place:
                    place.enter()
                    endpoint.transcribe(flac, 1_000, None, place.check)
                    served.append(number)
                    return
            except Snoozed:
                time.sleep(0.05)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(served) == list(range(8))
    assert most == 2


def test_who_is_far_from_the_front_sleeps_and_who_is_next_waits(
    node: Callable[..., Admission], transcribe_command: TranscribeAudio
) -> None:
    line = node(1)
    with line.stand(task_of(transcribe_command, 1), left_seconds=lambda: 60.0) as first:
        assert first.enter()
        with line.stand(task_of(transcribe_command, 2)):
            with pytest.raises(Snoozed) as caught, line.stand(task_of(transcribe_command, 3)):
                pass
            assert caught.value.wait_seconds >= 1
            assert "2 go before" in caught.value.detail


def test_work_in_bulk_stands_behind_what_came_later_and_a_later_run_came_when_its_task_did(
    node: Callable[..., Admission], index: IndexLine, transcribe_command: TranscribeAudio
) -> None:
    old = task_of(transcribe_command, 7)
    uploaded = replace(old.envelope, command=replace(transcribe_command, job_id=new_job_id()))
    for envelope in (uploaded, replace(uploaded, priority=Priority.BULK), replace(uploaded, run=2)):
        with node(1).stand(Task(envelope, "attempt", old._records, node="test")):
            pass
    first, bulk, again = (body["order_ms"] for _, body in index.asked if "order_ms" in body)
    in_a_year_ms = first + 366 * 86_400_000
    assert again == old.envelope.created_ms < first < in_a_year_ms < bulk


def test_a_cancelled_task_leaves_the_line_and_the_next_one_enters(
    node: Callable[..., Admission], transcribe_command: TranscribeAudio
) -> None:
    line, cancelled = node(1), threading.Event()

    def stop() -> None:
        if cancelled.is_set():
            raise Cancelled("the job was cancelled")

    with line.stand(task_of(transcribe_command, 1)) as first:
        first.enter()
        cancelled.set()
        waiting = task_of(transcribe_command, 2, stop=stop)
        with pytest.raises(Cancelled), line.stand(waiting) as place:
            place.enter()
        with line.stand(task_of(transcribe_command, 3)):
            pass  # admitted next: the cancelled one is gone


def test_a_call_that_runs_renews_its_place_and_tells_what_is_left_and_how_fast_it_is(
    node: Callable[..., Admission], index: IndexLine, transcribe_command: TranscribeAudio, monkeypatch: Any
) -> None:
    monkeypatch.setattr("winnow_ai.admission.place._RENEW_MS", 50)
    with node(1).stand(task_of(transcribe_command, 1), work_seconds=60, left_seconds=lambda: 100.0) as place:
        place.enter()
        for share in (0.5, 0.75, 0.75):
            time.sleep(0.15)
            place.done(share)
            place.check()
    first, second, third = (body for _, body in index.asked if body.get("calling"))
    assert [renewal["left_seconds"] for renewal in (first, second, third)] == [70.0, 55.0, 55.0]
    assert [renewal["call_seconds"] for renewal in (first, second, third)] == [30.0, 15.0, 15.0]
    assert [renewal["work_seconds"] for renewal in (first, second, third)] == [30.0, 15.0, 0.0]
    (left,) = index.left()
    assert (left["outcome"], left["work_seconds"], left["told_work_seconds"]) == ("ok", 60, 45)
    assert left["seconds"] >= 0.45


def test_an_additional_call_tells_what_it_has_done_though_it_came_without_knowing_what_it_would_do(
    node: Callable[..., Admission], index: IndexLine, transcribe_command: TranscribeAudio, monkeypatch: Any
) -> None:
    monkeypatch.setattr("winnow_ai.admission.place._RENEW_MS", 0)
    with node(1).stand(task_of(transcribe_command, 1), part="helper 1") as place:
        place.enter()
        place.takes(80.0)
        place.done(0.25)
        place.check()
    (renewal,) = (body for _, body in index.asked if body.get("calling"))
    assert (renewal["call_seconds"], renewal["work_seconds"], renewal["left_seconds"]) == (60.0, 20.0, 0.0)
    (left,) = index.left()
    assert (left["work_seconds"], left["told_work_seconds"]) == (80.0, 20.0)


def test_a_place_that_was_left_without_a_call_tells_nothing_of_the_endpoint(
    node: Callable[..., Admission], index: IndexLine, transcribe_command: TranscribeAudio
) -> None:
    with node(1).stand(task_of(transcribe_command, 1), work_seconds=60, left_seconds=lambda: 60.0):
        pass  # its answer was in the store
    (left,) = index.left()
    assert (left["outcome"], left["seconds"], left["work_seconds"]) == ("other", 0, 0)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(RateLimited("busy"), CallOutcome.BUSY), (ValueError("a bug"), CallOutcome.OTHER), (None, CallOutcome.OK)],
)
def test_how_a_call_went_is_told(
    node: Callable[..., Admission],
    index: IndexLine,
    transcribe_command: TranscribeAudio,
    error: Exception | None,
    outcome: CallOutcome,
) -> None:
    def call() -> None:
        with node(1).stand(task_of(transcribe_command, 1)) as place:
            place.enter()
            if error is not None:
                raise error

    if error is None:
        call()
    else:
        with pytest.raises(type(error)):
            call()
    assert [left["outcome"] for left in index.left()] == [outcome.value]


def test_while_index_is_away_nodes_keep_to_their_share(
    node: Callable[..., Admission], index: IndexLine, transcribe_command: TranscribeAudio
) -> None:
    index.away = True
    line = node(4, nodes=2)
    with line.stand(task_of(transcribe_command, 1)) as one, line.stand(task_of(transcribe_command, 2)) as two:
        one.enter()
        two.enter()
        with line.stand(task_of(transcribe_command, 3)) as three:
            polls: list[int] = []
            assert not three.enter(while_true=lambda: polls.append(1) or len(polls) < 3)  # type: ignore[func-returns-value]


def test_while_index_is_away_a_node_keeps_to_its_share_of_what_operators_had_set() -> None:
    clock = SystemClock()
    own = OwnLine(2, clock)

    def asked(holder: str) -> PlaceWish:
        return PlaceWish(api="speech x", holder=holder, job_id="j", order_ms=1, told=9, ceiling=9, per_minute=0)

    assert [own.wish(asked(name)).verdict for name in "abcd"] == [PlaceVerdict.ADMITTED] * 4
    own.note(asked("a"), PlaceAnswer(verdict=PlaceVerdict.ADMITTED, ceiling=2, per_minute=0))
    assert own.wish(asked("e")).verdict is not PlaceVerdict.ADMITTED
    for name in "abcd":
        own.leave(PlaceLeft(api="speech x", holder=name, outcome=CallOutcome.OTHER))
    assert own.wish(asked("e")).verdict is PlaceVerdict.ADMITTED
    own.leave(PlaceLeft(api="speech x", holder="e", outcome=CallOutcome.OTHER))
    own.note(asked("f"), PlaceAnswer(verdict=PlaceVerdict.ADMITTED, ceiling=9, per_minute=2))
    assert own.wish(asked("g")).verdict is PlaceVerdict.NEXT


def test_a_spent_budget_refuses_a_recording_before_its_call(
    endpoint: Endpoint, endpoint_settings: EndpointSettings, transcribe_command: TranscribeAudio
) -> None:
    @dataclass
    class SpentIndex:
        asked: list[Any] = field(default_factory=list)

        def ask(self, request: Any) -> Any:
            self.asked.append(request)
            return PlaceAnswer(verdict=PlaceVerdict.BUDGET_SPENT, spent_usd=3.0, limit_usd=2.5)

    index, clock = SpentIndex(), SystemClock()
    line = lines_at(endpoint, endpoint_settings, Desk(index, OwnLine(1, clock), clock), clock).speech
    with pytest.raises(Refused) as caught, line.stand(task_of(transcribe_command, 1)):
        pytest.fail("It stood in line.")
    assert (caught.value.code, "3.00 of 2.50" in caught.value.detail) == ("budget-spent", True)
    (asked,) = index.asked
    assert (asked.tenant_id, asked.per_minute) == (transcribe_command.tenant_id, 0)


def test_the_endpoint_s_models_page_tells_places_and_streams(
    endpoint: Endpoint, server: Any, endpoint_settings: EndpointSettings, index: IndexLine
) -> None:
    assert endpoint.told("speech").places == 0
    page = [{"id": "speech", "places": 3, "streams": True}, {"id": "vectors", "places": "many"}, "nonsense"]
    server.misbehave({"data": page})
    endpoint.probe()
    assert (endpoint.told("speech").places, endpoint.told("speech").streams) == (3, True)
    assert endpoint.told("vectors").places == 0
    clock = SystemClock()
    lines = lines_at(endpoint, endpoint_settings, Desk(index, OwnLine(1, clock), clock), clock)
    assert (lines.speech.at_once, lines.embedding.at_once) == (3, endpoint_settings.embedding_calls)
    assert len({lines.speech.api, lines.embedding.api, lines.vision.api, lines.text.api}) == 4
    server.misbehave(b"<html>no list</html>")
    endpoint.probe()
    assert endpoint.told("speech").places == 0


def events(*told: Any) -> dict[str, Any]:
    body = "".join(f"data: {one if isinstance(one, str) else json.dumps(one)}\n\n" for one in told)
    return {"body": body.encode(), "headers": {"Content-Type": "text/event-stream; charset=utf-8"}}


DONE = {"type": "transcript.text.done", "language": "en", "text": "hi", "segments": [], "words": []}
SAID = DONE | {"segments": [{"text": "hi", "start": 0.0, "end": 1.0}]}


def progress(seconds: Any) -> dict[str, Any]:
    return {"type": "transcript.text.progress", "heard_seconds": seconds, "duration_seconds": 60.0}


def test_a_streamed_answer_tells_its_progress_and_ends_as_a_whole_one(endpoint: Endpoint, server: Any) -> None:
    heard: list[float] = []
    server.misbehave(**events(progress(0), progress(12.5), "[DONE]", progress(None), progress(60), SAID))
    assert endpoint.transcribe(b"flac", 60_000, None, progress=heard.append).segments[0].text == "hi"
    assert heard == [12.5, 60.0]


@pytest.mark.parametrize(("event", "moves"), [({"waiting": True}, True), ({}, False), ({"heard_seconds": 1}, True)])
def test_the_limit_of_a_call_runs_from_its_last_progress_or_its_last_moment_in_line(
    event: dict[str, Any], moves: bool
) -> None:
    async def lines() -> AsyncIterator[str]:
        for one in (progress(0) | event, DONE):
            await asyncio.sleep(0.01)
            yield f"data: {json.dumps(one)}"

    async def moved() -> bool:
        async with asyncio.timeout(60) as timeout:
            before = timeout.when()
            await read_stream(lines(), Deadline(60, timeout, unheard))
            return timeout.when() != before

    assert asyncio.run(moved()) is moves


def test_a_stream_that_breaks_off_or_tells_of_an_error_is_one(endpoint: Endpoint, server: Any) -> None:
    from winnow_contracts.errors import Temporary

    server.misbehave(**events(progress(1)))
    with pytest.raises(Temporary, match="broke off"):
        endpoint.transcribe(b"flac", 60_000, None)
    server.misbehave(**events({"type": "error", "error": {"code": "busy", "message": "no place"}}))
    with pytest.raises(RateLimited):
        endpoint.transcribe(b"flac", 60_000, None)
    server.misbehave(**events({"type": "error", "error": {"message": "the model died"}}))
    with pytest.raises(Temporary, match="the model died"):
        endpoint.transcribe(b"flac", 60_000, None)
