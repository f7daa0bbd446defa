"""What is sent again, how often, and what never is."""

from pathlib import Path

import pytest

from winnow_client import Client, Conflict, RateLimited, Retries, ServerError, Unavailable, WinnowError

from .conftest import ACCEPTED, Script, gives, hangs_up, job, problem

AT_ONCE = Retries(most=3, first_seconds=0.0)
BUSY = problem(429, "rate-limited", retry_after=0)


@pytest.fixture
def client(script: Script) -> Client:
    return Client(script.url, "secret", retries=AT_ONCE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "a.wav"
    file.write_bytes(b"x" * 1000)
    return file


@pytest.mark.parametrize("fault", [hangs_up, BUSY, problem(408, "too-slow"), problem(503, "unavailable")])
def test_a_read_is_sent_again_until_it_is_answered(script: Script, client: Client, fault: object) -> None:
    script.answers = [fault, fault, fault, gives(200, {"n": 1})]  # type: ignore[list-item]
    assert client.get("/v1/jobs") == {"n": 1}
    assert len(script.asked) == 4


def test_it_is_given_up_after_the_last_retry(script: Script, client: Client) -> None:
    script.answers = [BUSY]
    with pytest.raises(RateLimited):
        client.get("/v1/jobs")
    assert len(script.asked) == 4


def test_an_upload_is_sent_again_whole_with_the_key_of_the_first_time(
    script: Script, client: Client, file: Path
) -> None:
    in_progress = problem(409, "idempotency-in-progress")
    script.answers = [hangs_up, BUSY, in_progress, gives(202, ACCEPTED)]
    assert client.media.upload(file).id == "job_1"
    assert {asked.body for asked in script.asked} == {b"x" * 1000}
    assert len({asked.headers["idempotency-key"] for asked in script.asked}) == 1
    assert client.media.upload(file, key="mine").id == "job_1"
    keys = [asked.headers["idempotency-key"] for asked in script.asked]
    assert len(keys) == 5
    assert keys[4] == '"mine"' != keys[3]


@pytest.mark.parametrize("fault", [hangs_up, BUSY, problem(503, "unavailable")])
def test_what_changes_something_is_never_sent_twice_without_a_key(
    script: Script, client: Client, fault: object
) -> None:
    script.answers = [fault]  # type: ignore[list-item]
    with pytest.raises(WinnowError):
        client.send("POST", "/v1/jobs:batch", {"jobs": []})
    assert len(script.asked) == 1
    with pytest.raises(WinnowError):
        client.send("POST", "/v1/jobs:batch", {"jobs": []}, headers={"Idempotency-Key": "mine"})
    assert len(script.asked) == 5


def test_a_method_that_changes_something_has_a_key_of_its_own(script: Script, client: Client) -> None:
    script.answers = [hangs_up, gives(200, job("cancelled"))]
    assert client.jobs.cancel("job_1").status == "cancelled"
    first, second = (asked.headers["idempotency-key"] for asked in script.asked)
    assert first == second


@pytest.mark.parametrize("fault", [problem(500, "internal"), problem(404, "not-found"), problem(409, "not-ready")])
def test_what_no_wait_helps_is_raised_at_once(script: Script, client: Client, fault: object) -> None:
    script.answers = [fault]  # type: ignore[list-item]
    with pytest.raises(WinnowError):
        client.get("/v1/jobs")
    assert len(script.asked) == 1


def test_the_wait_that_is_asked_for_is_kept_and_grows_with_jitter_up_to_a_limit() -> None:
    retries = Retries(most=100, first_seconds=1.0, longest_seconds=30.0)
    asked = RateLimited("Slow down.")
    asked.retry_after_seconds = 7.0
    waits = [retries.wait_seconds(asked, 0) for _ in range(200)]
    assert all(wait is not None and 7 <= wait <= 8 for wait in waits)
    assert len(set(waits)) > 100
    gone = [retries.wait_seconds(Unavailable("Away."), 3) for _ in range(200)]
    assert all(wait is not None and 0 <= wait <= 8 for wait in gone)
    assert max(wait or 0 for wait in gone) > 4
    assert retries.wait_seconds(Unavailable("Away."), 50) == pytest.approx(30, abs=30)


def test_a_wait_that_is_too_long_is_the_callers_to_decide() -> None:
    tomorrow = RateLimited("The day's budget is spent.", code="budget-spent")
    tomorrow.retry_after_seconds = 3600.0
    assert Retries().wait_seconds(tomorrow, 0) is None
    assert Retries(longest_seconds=4000.0).wait_seconds(tomorrow, 0) is not None
    for error in (ServerError("Ours."), Conflict("No."), Unavailable("Upstream.", status=504)):
        assert Retries().wait_seconds(error, 0) is None
