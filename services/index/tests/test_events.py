from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from winnow_contracts.commands import Examine, FetchOriginal, PrepareRecording
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import EventBatch, EventKind, JobAccepted, SequencedEvent
from winnow_contracts.json_codec import to_json
from winnow_index.history.event_store import EventStore
from winnow_index.history.read_model import ReadModel
from winnow_index.testing import AsJson
from winnow_journal.event_factory import new_event

EXAMINE = Envelope(
    command=Examine(tenant_id="t", job_id="job_e", media_id="med_e", original_key="k", filename="a.mp4", size_bytes=9),
    created_ms=1,
)
PREPARE = Envelope(
    command=PrepareRecording(
        tenant_id="t",
        job_id="job_e",
        media_id="med_e",
        original_key="k",
        demuxer="mov",
        duration_ms=5,
        audio_stream=0,
        has_video=True,
        playable=True,
    ),
    created_ms=1,
)
FETCH = Envelope(
    command=FetchOriginal(
        tenant_id="t",
        job_id="job_e",
        media_id="med_e",
        link_key="k",
        kind="recording",
        filename="a.mp4",
        limit_bytes=9,
    ),
    created_ms=1,
)
ACCEPTED = JobAccepted(
    kind="recording",
    title="A talk",
    filename="a.mp4",
    content_type="video/mp4",
    size_bytes=9,
    original_key="k",
    created_ms=1_700_000_000_000,
)
PROBLEM = {"code": "corrupt-media", "detail": "It was cut off.", "hint": "Upload it again.", "retryable": False}


def life():
    """A job's events: examined, prepared after one retry, dead in the end."""
    kinds = EventKind
    return [
        new_event(kinds.ACCEPTED, EXAMINE, "g", **to_json(ACCEPTED)),
        new_event(kinds.ENQUEUED, EXAMINE, "g"),
        new_event(kinds.STARTED, EXAMINE, "m", "a1", why="first"),
        new_event(kinds.STEP_DONE, EXAMINE, "m", "a1", step="verdict", duration_ms=5, reused=False),
        new_event(kinds.COMPLETED, EXAMINE, "m", "a1", duration_ms=7, outcome="completed"),
        new_event(kinds.ENQUEUED, PREPARE, "m"),
        new_event(kinds.STARTED, PREPARE, "m", "a2", why="first"),
        new_event(kinds.RETRYING, PREPARE, "m", "a2", problem=PROBLEM, delay_ms=5, outcome="failed", duration_ms=1),
        new_event(kinds.STARTED, PREPARE.retried(retry=1), "m", "a3", why="retry"),
        new_event(kinds.DEAD, PREPARE.retried(retry=1), "m", "a3", problem=PROBLEM, outcome="failed", duration_ms=2),
    ]


def numbered(events):
    return [SequencedEvent(seq=n, event=event) for n, event in enumerate(events, 1)]


def batch(events, previous_seq=0, journal="j1"):
    return EventBatch(journal_id=journal, service="s", node="n", previous_seq=previous_seq, events=tuple(events))


def test_a_jobs_events_become_its_history(database):
    events = numbered(life())
    watermark = EventStore(database).apply_batch(batch(events))
    library = AsJson(ReadModel(database))
    assert watermark.applied_seq == len(events)
    job = library.job("t", "job_e")
    assert (job["status"], job["error"]["code"], job["error"]["status"]) == ("failed", "corrupt-media", 422)
    assert {stage["name"]: stage["status"] for stage in job["stages"]} == {
        "check": "done",
        "audio": "failed",
        "transcribe": "waiting",
        "understand": "waiting",
        "store": "waiting",
    }
    media = library.media("t", "med_e")
    assert (media["title"], media["status"], media["created_at"]) == ("A talk", "failed", "2023-11-14T22:13:20.000Z")
    trace = library.trace("t", "job_e")
    assert [len(task["attempts"]) for task in trace["tasks"]] == [1, 2]
    assert trace["tasks"][0]["steps"][0]["name"] == "verdict"
    assert len(trace["events"]) == len(events)


def test_size_and_type_of_a_link_are_known_once_it_is_fetched_whatever_comes_first(database):
    kinds, result = EventKind, {"size_bytes": 77, "content_type": "audio/wav"}
    events = [
        new_event(kinds.ACCEPTED, FETCH, "g", **to_json(replace(ACCEPTED, size_bytes=0, content_type=""))),
        new_event(kinds.ENQUEUED, FETCH, "g"),
        new_event(kinds.STARTED, FETCH, "m", "a1", why="first"),
        new_event(kinds.COMPLETED, FETCH, "m", "a1", duration_ms=7, outcome="completed", result=result),
    ]
    store, library = EventStore(database), AsJson(ReadModel(database))
    for order in (events, events[::-1]):
        empty(database)
        for number, event in enumerate(order, 1):
            store.apply_batch(batch([SequencedEvent(seq=number, event=event)], previous_seq=number - 1))
        media = library.media("t", "med_e")
        assert (media["size_bytes"], media["content_type"]) == (77, "audio/wav")
    stages = library.job("t", "job_e")["stages"]
    assert [(stage["name"], stage["status"]) for stage in stages[:2]] == [("fetch", "done"), ("check", "waiting")]


def test_a_gap_is_stored_but_the_watermark_stays_until_it_is_filled(database):
    store, events = EventStore(database), numbered(life())
    assert store.apply_batch(batch(events[:2])).applied_seq == 2
    assert store.apply_batch(batch(events[5:], previous_seq=5)).applied_seq == 2
    assert store.apply_batch(batch(events[2:], previous_seq=2)).applied_seq == len(events)


def test_journals_have_watermarks_of_their_own(database):
    store, events = EventStore(database), numbered(life())
    store.apply_batch(batch(events[:4]))
    assert store.apply_batch(batch(events[:1], journal="j2")).applied_seq == 1


def test_batches_that_come_together_are_folded_as_if_they_came_one_after_the_other(database):
    events = numbered(life())
    gateway, media = batch(events[:2], journal="g"), batch(events[2:], previous_seq=2, journal="a")
    store, library = EventStore(database), AsJson(ReadModel(database))
    for one in (gateway, media):
        store.apply_batch(one)
    apart = library.trace("t", "job_e")
    empty(database)
    marks = store.apply([gateway, media])
    assert library.trace("t", "job_e") == apart
    assert [(mark.journal_id, mark.applied_seq) for mark in marks] == [("g", 2), ("a", 0)]  # a gap before the second


def test_two_batches_of_one_journal_that_come_together_move_its_watermark_twice(database):
    events = numbered(life())
    first, again, second = batch(events[:4]), batch(events[:4]), batch(events[4:], previous_seq=4)
    marks = EventStore(database).apply([first, again, second])
    assert [mark.applied_seq for mark in marks] == [4, 4, len(events)]
    assert len(AsJson(ReadModel(database)).trace("t", "job_e")["events"]) == len(events)


def test_a_batch_that_can_not_be_stored_keeps_none_that_came_with_it_from_being_stored(database):
    good, bad = numbered(life()), numbered([new_event(EventKind.STARTED, EXAMINE, "m\0", "a9")])
    marks = EventStore(database).apply([batch(bad, journal="bad"), batch(good)])
    assert [mark.applied_seq for mark in marks] == [1, len(good)]
    assert AsJson(ReadModel(database)).job("t", "job_e")["status"] == "failed"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_order_and_however_often_events_arrive_the_end_is_the_same(database, data):
    events = numbered(life())
    arrivals = data.draw(st.permutations(events)) + data.draw(st.lists(st.sampled_from(events), max_size=5))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(arrivals)), max_size=3)))
    store, library = EventStore(database), AsJson(ReadModel(database))
    empty(database)
    for first, last in zip([0, *cuts], [*cuts, len(arrivals)], strict=True):
        store.apply_batch(batch(arrivals[first:last], previous_seq=999))
    mixed = library.trace("t", "job_e")
    empty(database)
    store.apply_batch(batch(events))
    assert library.trace("t", "job_e") == mixed


def empty(database):
    with database.transaction() as transaction:
        transaction.run_text("TRUNCATE job, media, task_event, journal_watermark, task_log CASCADE")
