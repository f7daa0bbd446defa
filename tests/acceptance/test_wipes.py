"""RabbitMQ loses all its data, or one node its journal, during the work; every accepted job ends."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow_harness.fixtures.drills import until

DRILLS = 200
TRACKS = ("full", "outcome")


def test_rabbitmq_loses_everything_and_every_accepted_job_ends(nodes):
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(nodes.drill, steps=2, work_ms=50, track=TRACKS[n % 2]) for n in range(DRILLS)]
        until(lambda: sum(one.done() for one in asked) > DRILLS // 3, "nothing was accepted")
        nodes.wipe_rabbitmq()
        jobs = [one.result() for one in asked]
    check_ended(nodes, jobs)


@pytest.mark.parametrize("part", ["gateway", "media", "ai-2", "index"])
def test_a_node_loses_its_journal_and_every_accepted_job_ends(nodes, part):
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(nodes.drill, steps=2, work_ms=100, track=TRACKS[n % 2]) for n in range(DRILLS // 2)]
        until(lambda: sum(one.done() for one in asked) > DRILLS // 6, "nothing was accepted")
        known = until(lambda: journal_ids(nodes, part), f"index knows no journal of {part}")
        nodes.wipe_journal(part)
        jobs = [one.result() for one in asked]
    nodes.wait_part(part)
    check_ended(nodes, jobs)
    # Index learns of a new journal from its first event.
    check_ended(nodes, [nodes.drill() for _ in range(24)])

    until(lambda: known <= journal_ids(nodes, part, lost=True), f"index does not list the lost journal of {part}")


def check_ended(nodes, jobs):
    ended = nodes.ended(jobs)
    wrong = {job: one for job, one in ended.items() if (one["status"], one["stored_times"]) != ("done", 1)}
    assert wrong == {}
    nodes.drained()
    assert nodes.journal_faults() == []


def journal_ids(nodes, part, *, lost=False):
    status, answer = nodes.call("GET", "/internal/v1/journals", internal=True)
    items = answer["items"] if status == 200 else []
    return {item["journal_id"] for item in items if item["node"] == part and (item["lost_at"] or not lost)}
