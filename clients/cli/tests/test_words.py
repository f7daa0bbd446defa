"""The texts for people: times, hits, traces."""

from io import StringIO
from typing import Any

import pytest

from winnow_cli.following import TransferBar, failure
from winnow_cli.hits import hit_lines, marked
from winnow_cli.text_times import clock, counted, size, spent
from winnow_cli.trace_words import event_words, trace_lines


def test_times_and_sizes_read_well() -> None:
    assert [clock(0), clock(83_210), clock(3_723_400)] == ["0:00.0", "1:23.2", "1:02:03.4"]
    assert [spent(None), spent(420), spent(3_210), spent(125_000)] == ["", "420 ms", "3.2 s", "2 min 5 s"]
    assert [counted(1, "message"), counted(2, "message")] == ["1 message", "2 messages"]
    assert [size(812), size(4_200_000), size(3_000_000_000)] == ["812 B", "4.2 MB", "3.0 GB"]


def test_highlights_are_marked_where_they_are() -> None:
    moment = {"text": "rather cold hearted", "highlights": [{"from": 7, "to": 11}, {"from": 12, "to": 19}]}
    assert marked(moment) == "rather *cold* *hearted*"


def test_a_hit_tells_when_what_and_where_to_play_it() -> None:
    moment = {"start_ms": 1000, "end_ms": 2500, "text": "so", "highlights": [], "play_url": "/m/med_1?t=0.7"}
    answer = {"items": [{"title": "A talk", "moments": [moment]}], "degraded": []}
    lines = list(hit_lines(answer, "http://here"))
    assert lines == ["A talk", "  0:01.0-0:02.5  so", "      http://here/m/med_1?t=0.7"]


def test_a_failed_job_says_why_and_what_to_do() -> None:
    job = {"status": "failed", "error": {"code": "corrupt-media", "detail": "It is cut off.", "hint": "Send it again."}}
    assert failure(job) == "It is cut off. Send it again. (corrupt-media)"


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("started", {"why": "takeover"}, "started again: the node that had it is gone"),
        ("step_done", {"step": "audio", "duration_ms": 1200, "reused": False}, "step audio done in 1.2 s"),
        ("step_done", {"step": "audio", "reused": True}, "step audio was done before and is not run again"),
        (
            "retrying",
            {"delay_ms": 500, "problem": {"detail": "No answer."}},
            "will be tried again in 500 ms: No answer.",
        ),
        (
            "dead",
            {"problem": {"detail": "Broken.", "code": "corrupt-media"}},
            "failed for good: Broken. (corrupt-media)",
        ),
        ("accepted", {"filename": "", "title": "Drill"}, "Drill was accepted"),
        ("confirmed", {"delay_ms": 0}, "is with the broker"),
        ("confirmed", {"delay_ms": 4000}, "is with the broker, to be given out in 4.0 s"),
        ("started", {"why": "again"}, "started from a copy that was sent again: it may have run before"),
        ("completed", {"superseded": "It was cancelled."}, "ended, but is not served: It was cancelled."),
        (
            "released",
            {"reason": "its process died", "alone": True},
            "was given back to its queue: its process died, and nothing else ran in it",
        ),
        ("something_new", {}, "something_new"),
    ],
)
def test_an_event_is_told_in_words(kind: str, detail: dict[str, Any], words: str) -> None:
    assert event_words({"kind": kind, "detail": detail}) == words


def test_a_trace_counts_its_seconds_from_the_first_event() -> None:
    job = {"id": "job_1", "status": "done", "run": 1, "created_at": "2026-01-01T00:00:00Z"}
    events = [
        {"at_ms": 1000, "kind": "accepted", "node": "gateway", "actor": "", "detail": {"filename": "a.mp4"}},
        {"at_ms": 2500, "kind": "started", "node": "media", "actor": "media.examine", "detail": {"why": "first"}},
    ]
    lines = list(trace_lines({"job": job, "events": events}))
    assert lines[1].split() == ["0.000", "s", "gateway", "a.mp4", "was", "accepted"]
    assert lines[2].split() == ["1.500", "s", "media", "media.examine", "started"]


def test_no_bar_is_drawn_into_a_file() -> None:
    out = StringIO()
    TransferBar("a.mp4", out)(5, 10)
    assert out.getvalue() == ""
