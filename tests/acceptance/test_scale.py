"""Several nodes of a worker share its lane; one of them may die at any time."""

from winnow_harness.fixtures.drills import until


def test_one_of_several_nodes_is_killed_and_every_job_ends(nodes):
    jobs = [nodes.drill(steps=2, work_ms=150) for _ in range(80)]
    until(lambda: all_at_work(nodes, jobs), "not every ai node got work")
    nodes.kill_part("ai-2")
    nodes.kill_part("media")
    ended = nodes.ended(jobs)
    assert {(job["status"], job["stored_times"]) for job in ended.values()} == {("done", 1)}
    assert nodes_of(nodes, jobs, "media.drill") == {"media", "media-2"}
    for part in ("ai-2", "media"):
        nodes.wait_part(part)


def all_at_work(nodes, jobs):
    """Whether each ai node has begun something; a node that starts late, after another test, gets more to do."""
    if len(nodes_of(nodes, jobs, "ai.drill")) == 3:
        return True
    jobs.append(nodes.drill(steps=2, work_ms=150))
    return False


def nodes_of(nodes, jobs, actor):
    return {line["node"] for job in jobs for line in nodes.executions(job) if line["actor"] == actor}
