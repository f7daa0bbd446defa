"""A gateway leaves for good with work behind it, then the broker loses its data; every job it accepted ends."""

import shutil

from winnow_harness.fixtures.drills import until
from winnow_harness.http_call import call

DRILLS = 12
NAME = "gateway-that-leaves"
JSON = {"Content-Type": "application/json"}


def test_what_a_departed_gateway_accepted_outlives_the_broker(nodes):
    gateway, url = nodes.another_gateway(NAME)
    gateway.start()
    with nodes.paused("media"):
        jobs = [accepted(nodes, url) for _ in range(DRILLS)]
        nodes.waiting("media", DRILLS)
        until(lambda: len(nodes.jobs(jobs)) == DRILLS, "index was not told of every job")
        gateway.stop()
        shutil.rmtree(nodes.home.node(NAME))
        nodes.wipe_rabbitmq()
    ended = nodes.ended(jobs)
    assert {(job["status"], job["stored_times"]) for job in ended.values()} == {("done", 1)}


def accepted(nodes, url):
    """Ask the gateway for a drill; returns its job."""
    status, answer = call("POST", f"{url}/v1/ops/drills", nodes.key, b'{"steps": 1}', JSON, seconds=30)
    assert status == 202, (status, answer)
    return answer["job_id"]
