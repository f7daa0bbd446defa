"""What a user asks of a job holds through every service."""

from datetime import UTC, datetime, timedelta

from winnow_harness.fixtures.drills import until

BULK = {"media.drill": "media.bulk", "ai.drill": "ai.bulk", "index.store_drill": "index.bulk"}


def test_every_task_of_a_bulk_job_travels_on_a_bulk_lane(nodes):
    job = drill(nodes, priority="bulk")
    assert nodes.ended([job])[job]["status"] == "done"
    # A job's result may be known before the events of its tasks.
    until(lambda: len(nodes.trace(job)["tasks"]) == len(BULK), "index does not tell of its tasks")
    assert {task["actor"]: task["queue"] for task in nodes.trace(job)["tasks"]} == BULK


def test_of_a_job_that_asks_for_its_outcome_alone_every_service_tells_ends_only(nodes):
    jobs = {track: drill(nodes, steps=2, misbehave="temporary", track=track) for track in ("full", "outcome")}
    ended = nodes.ended(jobs.values())
    assert {one["status"] for one in ended.values()} == {"done"}
    full, outcome = (until(lambda job=job: all_told(nodes, job), "a task's end is not told") for job in jobs.values())
    assert kinds(outcome) == kinds(full) - {"started", "step_done"} == {"accepted", "enqueued", "retrying", "completed"}
    assert (outcome["job"]["track"], full["job"]["track"]) == ("outcome", "full")
    made = [[(one["outcome"], one["started_at"] is None) for one in task["attempts"]] for task in outcome["tasks"]]
    assert made == [[(one["outcome"], False) for one in task["attempts"]] for task in full["tasks"]]


def test_a_job_begins_at_its_time_though_the_broker_restarts_and_not_if_it_is_cancelled(nodes):
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=20)
    kept, cancelled = (drill(nodes, not_before=at.isoformat()) for _ in range(2))
    job = until(lambda: nodes.jobs([kept]).get(kept) and nodes.trace(kept)["job"], "index does not tell of the job")
    assert (job["status"], datetime.fromisoformat(job["not_before"])) == ("scheduled", at)
    nodes.cancel(cancelled)
    nodes.restart()
    assert nodes.ended([kept])[kept]["status"] == "done"
    assert min(line["at_ms"] for line in nodes.executions(kept)) >= at.timestamp() * 1000 - 1_000
    until(lambda: nodes.trace(cancelled)["tasks"][0]["state"] == "cancelled", "the cancelled task did not end")
    assert nodes.executions(cancelled) == []


def test_a_job_that_joins_a_batch_begins_once_all_of_it_have_ended_however_they_did(nodes):
    jobs = [{"kind": "drill", "steps": 1}, {"kind": "drill", "misbehave": "permanent"}]
    jobs.append({"kind": "drill", "steps": 1, "work_ms": 3_000})
    status, answer = nodes.call("POST", "/v1/jobs:batch", {"jobs": jobs, "then": {"kind": "drill", "steps": 1}})
    assert status == 202, answer
    members, joining = [item["job_id"] for item in answer["items"]], answer["then"]["job_id"]
    ended = nodes.ended([*members, joining])
    assert [ended[job]["status"] for job in (*members, joining)] == ["done", "failed", "done", "done"]
    last_ms = max(line["at_ms"] for job in members for line in nodes.executions(job))
    assert min(line["at_ms"] for line in nodes.executions(joining)) >= last_ms
    status, batch = nodes.call("GET", f"/v1/batches/{answer['batch_id']}")
    assert (status, batch["open"], batch["done"], batch["failed"]) == (200, 0, 2, 1)


def all_told(nodes, job):
    """The job's history once every task's end is in it."""
    trace = nodes.trace(job)
    return trace if [task["state"] for task in trace["tasks"]] == ["completed"] * 3 else None


def kinds(trace):
    return {event["kind"] for event in trace["events"]}


def drill(nodes, **fields):
    """Sends a drill of one step; returns its job id."""
    status, answer = nodes.call("POST", "/v1/ops/drills", {"steps": 1} | fields)
    assert status == 202, answer
    return answer["job_id"]
