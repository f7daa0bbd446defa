"""A node leaves for good with work behind it, and afterwards the broker loses its data; every accepted job ends."""

import shutil

from winnow_harness.fixtures.drills import until

DRILLS = 12


def test_the_children_of_a_departed_node_outlive_the_broker(nodes):
    with nodes.paused("ai"):
        jobs = [nodes.drill(steps=1) for _ in range(DRILLS)]
        nodes.waiting("ai", DRILLS)
        until(lambda: all(stage_is_told(nodes, job) for job in jobs), "index was not told of every first stage")
        by = {line["node"] for job in jobs for line in nodes.executions(job) if line["actor"] == "media.drill"}
        assert by == {"media", "media-2"}
        nodes.stop_part("media-2")
        try:
            shutil.rmtree(nodes.home.node("media-2") / "journal")
            nodes.wipe_rabbitmq()
        except BaseException:
            nodes.start_part("media-2")
            raise
    try:
        ended = nodes.ended(jobs)
        assert {(job["status"], job["stored_times"]) for job in ended.values()} == {("done", 1)}
    finally:
        nodes.start_part("media-2")
        nodes.wait_part("media-2")


def stage_is_told(nodes, job):
    return any(task["actor"] == "media.drill" and task["state"] == "completed" for task in nodes.trace(job)["tasks"])
