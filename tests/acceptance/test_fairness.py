"""A tenant with many jobs holds up nobody else."""

import json
from collections import Counter

import pytest

from winnow_harness.http_call import call

MANY = 400
SHARE = 100


@pytest.fixture
def sharing(nodes):
    """The address of a gateway that lets a tenant have so many open jobs on the usual lanes."""
    gateway, url = nodes.another_gateway("gateway-that-shares", {"WINNOW_GATEWAY_TENANT_OPEN_JOBS": str(SHARE)})
    gateway.start()
    yield url
    gateway.stop()


def test_another_tenants_recording_goes_past_the_many_jobs_of_one(nodes, nodes_api, sharing, clip):
    other = clip.with_name(clip.name.replace("0880", "0930"))  # an answer that is kept would spare later tests a call
    batch = json.dumps({"jobs": [{"kind": "drill", "steps": 1, "work_ms": 50}] * MANY}).encode()
    with nodes.paused("media.bulk"):  # so that what travels there is open for as long as the recording takes
        kind = {"Content-Type": "application/json"}
        status, answer = call("POST", f"{sharing}/v1/jobs:batch", nodes.key, batch, kind, seconds=30)
        assert status == 202, answer
        drills = [item["job_id"] for item in answer["items"]]
        recording = nodes_api.accept(other.read_bytes(), other.name)["job_id"]
        assert nodes_api.wait(recording)["status"] == "done"
        states = Counter(job["status"] for job in nodes.jobs(drills).values())
        assert states["done"] <= SHARE
        assert states["queued"] >= MANY - SHARE

    ended = Counter((job["status"], job["stored_times"]) for job in nodes.ended(drills).values())
    assert ended == {("done", 1): MANY}
