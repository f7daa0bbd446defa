"""A tenant with many jobs holds up nobody else."""

from collections import Counter

MANY = 400
SHARE = 100


def test_another_tenants_recording_goes_past_the_many_jobs_of_one(nodes, nodes_api, clip):
    other = clip.with_name(clip.name.replace("0880", "0930"))  # an answer that is kept would spare later tests a call
    batch = {"jobs": [{"kind": "drill", "steps": 1, "work_ms": 50}] * MANY}
    with nodes.paused("media.bulk"):  # so that what travels there is open for as long as the recording takes
        status, answer = nodes.call("POST", "/v1/jobs:batch", batch)
        assert status == 202, answer
        drills = [item["job_id"] for item in answer["items"]]
        recording = nodes_api.accept(other.read_bytes(), other.name)["job_id"]
        assert nodes_api.wait(recording)["status"] == "done"
        states = Counter(job["status"] for job in nodes.jobs(drills).values())
        assert states["done"] <= SHARE
        assert states["queued"] >= MANY - SHARE

    ended = Counter((job["status"], job["stored_times"]) for job in nodes.ended(drills).values())
    assert ended == {("done", 1): MANY}
