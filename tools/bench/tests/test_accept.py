"""The bench of acceptance: its loops, its client, and its table."""

import threading
import time

import pytest

from winnow_bench.accept.drill_client import DrillClient
from winnow_bench.accept.figures import Turn, acceptance, table
from winnow_bench.accept.loops import Answers, closed_loop, open_loop
from winnow_contracts.errors import Unavailable
from winnow_harness.fixtures.gateway import GatewayTwin

DRILL = "POST /v1/ops/drills"


class Sleeper:
    """A client whose answers take 20 ms; it refuses its ``fails_at``-th call."""

    closed = 0

    def __init__(self, fails_at: int = 0) -> None:
        self._calls = 0
        self._fails_at = fails_at

    def __call__(self) -> None:
        self._calls += 1
        if self._calls == self._fails_at:
            raise Unavailable("The gateway refused a job.", dependency="gateway")
        time.sleep(0.02)

    def close(self) -> None:
        type(self).closed += 1


def test_a_closed_loop_sends_again_as_soon_as_it_is_answered() -> None:
    found = closed_loop(Sleeper, clients=2, seconds=0.3)
    assert 4 <= len(found.waits_ms) <= 32
    assert found.waits_ms[0] >= 20
    assert found.per_second == len(found.waits_ms) / found.seconds


def test_an_open_loop_counts_the_wait_for_a_free_client() -> None:
    # One client ends 50 in a second; ten were due within 0.1 s, so the last one waited for those before it.
    found = open_loop(Sleeper, clients=1, seconds=0.1, per_second=100)
    assert len(found.waits_ms) == 10
    assert found.waits_ms[-1] >= 10 * 20 - 90


def test_every_client_is_closed_and_an_error_of_one_is_raised() -> None:
    Sleeper.closed = 0
    made: list[int] = []
    lock = threading.Lock()

    def connect() -> Sleeper:
        with lock:
            made.append(1)
            return Sleeper(fails_at=3 if len(made) == 1 else 0)

    with pytest.raises(Unavailable, match="refused a job"):
        closed_loop(connect, clients=2, seconds=0.2)
    assert Sleeper.closed == 2


def test_an_error_before_the_loop_begins_leaves_no_client_waiting() -> None:
    with pytest.raises(Unavailable, match="refused a job"):
        closed_loop(lambda: Sleeper(fails_at=1), clients=3, seconds=0.2)


def test_a_client_reads_an_answer_and_says_what_refused_it() -> None:
    gateway = GatewayTwin({DRILL: (202, {"job_id": "job_1"})})
    gateway.start()
    try:
        client = DrillClient(gateway.url, "key")
        assert client.ask()["job_id"] == "job_1"
        client.close()
        refused = DrillClient(gateway.url, "key", path="/v1/nothing")
        with pytest.raises(Unavailable, match="404"):
            refused()
        refused.close()
    finally:
        gateway.stop()


def test_an_answer_that_accepts_several_jobs_counts_for_all_of_them() -> None:
    answers = Answers(waits_ms=(1.0, 2.0, 9.0), seconds=1.5)
    found = acceptance([Turn(answers=answers, jobs=100, cpu_ms={"gateway": 0.5})])
    assert (found.per_second, found.p50_ms, found.p99_ms) == (200.0, 2.0, 9.0)
    assert table({"Winnow": found}).splitlines()[1].split()[:4] == ["Winnow", "200", "2.00", "9.00"]
