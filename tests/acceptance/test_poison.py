"""A job that kills every process it runs in becomes dead by name; the jobs beside it end correctly."""

from winnow_harness.fixtures.drills import until


def test_a_task_that_kills_its_process_is_dead_as_poison_and_its_neighbours_end(nodes):
    deaths_before = len(nodes.deaths())
    neighbours = [nodes.drill(steps=4, work_ms=300) for _ in range(6)]
    poison = nodes.drill(misbehave="die")
    neighbours += [nodes.drill(steps=1, work_ms=100) for _ in range(6)]

    jobs = nodes.ended([poison, *neighbours])
    assert jobs[poison]["status"] == "failed"
    assert {(jobs[job]["status"], jobs[job]["stored_times"]) for job in neighbours} == {("done", 1)}

    task = until(lambda: dead_task(nodes, poison), "the dead task is not in the history")
    status, dead = nodes.call("GET", f"/v1/ops/dead/{task['task_id']}")
    assert status == 200, dead
    assert dead["problem"]["code"] == "poison"

    deaths = [death.node for death in nodes.deaths()[deaths_before:]]
    # On each node once beside its neighbours, then alone, twice at most.
    assert 3 <= len(deaths) <= 6, deaths
    assert max(deaths.count(node) for node in set(deaths)) <= 3


def test_the_lanes_work_on_after_a_poison_task(nodes):
    nodes.ended([nodes.drill(misbehave="die")])
    jobs = nodes.ended([nodes.drill() for _ in range(10)])
    assert {job["status"] for job in jobs.values()} == {"done"}


def dead_task(nodes, job):
    return next((task for task in nodes.trace(job)["tasks"] if task["state"] == "dead"), None)
