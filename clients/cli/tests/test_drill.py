"""``winnow drill`` against a twin of the gateway."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
ANSWER = {"batch_id": "bat_1", "items": [{"job_id": f"job_{number}", "links": {}} for number in range(3)]}


@pytest.fixture(autouse=True)
def accepting(twin: GatewayTwin) -> None:
    """The gateway accepts every batch."""
    twin.answers["POST /v1/jobs:batch"] = (202, ANSWER)


def test_drills_are_sent_as_one_batch(twin: GatewayTwin, winnow: Winnow) -> None:
    code, out, _ = winnow("drill", "--count", "3", "--steps", "1", "--misbehave", "temporary")
    assert (code, out) == (0, "3 drills are accepted. ./winnow trace job_0 shows the first one's way.\n")
    assert json.loads(winnow("drill", "--count", "3", "--json")[1]) == ANSWER


def test_one_more_drill_waits_for_the_others(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/jobs:batch"] = (202, {**ANSWER, "then": {"job_id": "job_9", "links": {}}})
    code, out, _ = winnow("drill", "--count", "3", "--steps", "1", "--join")
    assert (code, out.splitlines()[1]) == (0, "job_9 begins after them. ./winnow batch bat_1 counts them.")
    assert json.loads(twin.bodies[-1])["then"]["steps"] == 1


def test_a_batch_is_counted(twin: GatewayTwin, winnow: Winnow) -> None:
    counts = {"batch_id": "bat_1", "open": 2, "done": 5, "failed": 1, "cancelled": 0}
    twin.answers["GET /v1/batches/bat_1"] = (200, counts)
    assert winnow("batch", "bat_1")[:2] == (0, "6 of 8 jobs have ended: 5 done, 1 failed.\n")
    assert json.loads(winnow("batch", "bat_1", "--json")[1]) == counts


def test_the_options_of_the_jobs_are_sent(twin: GatewayTwin, winnow: Winnow) -> None:
    assert winnow("drill", "--bulk", "--meta", "week=3", "--meta", "url=a=b", "--track", "outcome")[0] == 0
    sent = json.loads(twin.bodies[-1])["jobs"][0]
    assert (sent["priority"], sent["metadata"], sent["track"]) == ("bulk", {"week": "3", "url": "a=b"}, "outcome")


def test_a_time_of_day_is_the_next_one_of_this_place(twin: GatewayTwin, winnow: Winnow) -> None:
    assert winnow("drill", "--not-before", "22:00")[0] == 0
    at = datetime.fromisoformat(json.loads(twin.bodies[-1])["jobs"][0]["not_before"])
    assert (at.hour, at.minute, at.tzinfo is not None) == (22, 0, True)
    assert timedelta(0) < at - datetime.now().astimezone() <= timedelta(days=1)
    assert winnow("drill", "--not-before", "tonight")[0] == 2


@pytest.mark.parametrize("pair", ["week", "=3"])
def test_metadata_is_given_as_key_and_value(twin: GatewayTwin, winnow: Winnow, pair: str) -> None:
    assert (winnow("drill", "--meta", pair)[0], twin.asked) == (2, [])


@pytest.mark.parametrize("count", ["0", "1001", "many"])
def test_a_count_that_no_batch_has_is_refused_without_a_request(twin: GatewayTwin, winnow: Winnow, count: str) -> None:
    assert winnow("drill", "--count", count)[0] == 2
