"""What a user asks of a job holds through every service."""

from datetime import UTC, datetime, timedelta

from winnow_harness.fixtures.drills import until

BULK = {"media.drill": "media.bulk", "ai.drill": "ai.bulk", "index.store_drill": "index"}


def test_every_task_of_a_bulk_job_travels_on_a_bulk_lane(nodes):
    job = drill(nodes, priority="bulk")
    assert nodes.ended([job])[job]["status"] == "done"
    # A job's result may be known before the events of its tasks.
    until(lambda: len(nodes.trace(job)["tasks"]) == len(BULK), "index does not tell of its tasks")
    assert {task["actor"]: task["queue"] for task in nodes.trace(job)["tasks"]} == BULK


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


def drill(nodes, **fields):
    """Sends a drill of one step; returns its job id."""
    status, answer = nodes.call("POST", "/v1/ops/drills", {"steps": 1, **fields})
    assert status == 202, answer
    return answer["job_id"]
