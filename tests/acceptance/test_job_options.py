"""What a user asks of a job holds through every service."""

from winnow_harness.fixtures.drills import until

BULK = {"media.drill": "media.bulk", "ai.drill": "ai.bulk", "index.store_drill": "index"}


def test_every_task_of_a_bulk_job_travels_on_a_bulk_lane(nodes):
    job = drill(nodes, priority="bulk")
    assert nodes.ended([job])[job]["status"] == "done"
    # A job's result may be known before the events of its tasks.
    until(lambda: len(nodes.trace(job)["tasks"]) == len(BULK), "index does not tell of its tasks")
    assert {task["actor"]: task["queue"] for task in nodes.trace(job)["tasks"]} == BULK


def drill(nodes, **fields):
    """Sends a drill of one step; returns its job id."""
    status, answer = nodes.call("POST", "/v1/ops/drills", {"steps": 1, **fields})
    assert status == 202, answer
    return answer["job_id"]
