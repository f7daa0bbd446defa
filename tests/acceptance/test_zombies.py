"""A worker is frozen for longer than the broker waits for it; its work after waking changes nothing."""

from winnow_base.objects.s3 import S3ObjectStore
from winnow_harness.fixtures.drills import until


def test_a_frozen_node_does_not_hold_its_job_up_and_its_late_result_is_not_served(nodes):
    job = nodes.drill(steps=4, work_ms=1500)
    frozen = until(lambda: started(nodes, job, "media.drill"), "the drill did not start")[0]
    with nodes.frozen(frozen["node"]):
        ended = nodes.ended([job])[job]
    assert (ended["status"], ended["stored_times"]) == ("done", 1)
    assert late_outcome(nodes, job, frozen["attempt_id"]) == "superseded"
    assert nodes.ended([job])[job] == ended
    assert len({line["node"] for line in started(nodes, job, "media.drill")}) == 2


def test_the_objects_of_a_late_attempt_are_swept(nodes, nodes_api, noise):
    objects = store_of(nodes)
    accepted = nodes_api.accept(noise(minutes=12), "frozen.mkv")
    frozen = until(lambda: preparing(nodes, accepted["job_id"]), "preparing did not start")
    prefix = f"ok/t/default/{accepted['media_id']}/{frozen['attempt_id']}/"
    with nodes.frozen(frozen["node"]):
        assert nodes_api.wait(accepted["job_id"])["status"] == "done"
        keys_served = list(objects.keys(f"ok/t/default/{accepted['media_id']}/"))
    until(lambda: list(objects.keys(prefix)), "the late attempt put nothing into the store", 200)
    assert late_outcome(nodes, accepted["job_id"], frozen["attempt_id"]) == "superseded"
    until(lambda: not list(objects.keys(prefix)), "the late attempt's objects were not swept", 200)
    left = set(objects.keys(f"ok/t/default/{accepted['media_id']}/"))
    assert left <= {key for key in keys_served if not key.startswith(prefix)}
    for name in ("stream", "poster"):
        assert nodes_api.get(f"/v1/media/{accepted['media_id']}/{name}").status == 200


def started(nodes, job, actor):
    return [line for line in nodes.executions(job) if line["actor"] == actor and line["what"] == "start"]


def late_outcome(nodes, job, attempt_id):
    """Returns how the frozen attempt reported its end; until then it counts as dead."""
    seen = {}

    def ended():
        attempts = [one for task in nodes.trace(job)["tasks"] for one in task["attempts"]]
        seen.update(next((one for one in attempts if one["attempt_id"] == attempt_id), {}))
        return seen.get("outcome") not in (None, "died", "unknown")

    try:
        until(ended, "", 200)
    except AssertionError:
        raise AssertionError(f"the late attempt did not end: {seen}") from None
    return seen["outcome"]


def preparing(nodes, job):
    tasks = [task for task in nodes.trace(job)["tasks"] if task["actor"] == "media.prepare_recording"]
    return tasks[0]["attempts"][0] if tasks and tasks[0]["attempts"] else None


def store_of(nodes):
    secret = {name: (nodes.home.secrets / name).read_text().strip() for name in ("s3-access-key", "s3-secret-key")}
    return S3ObjectStore(
        endpoint=nodes.statuses()["s3"].url.removeprefix("http://"),
        access_key=secret["s3-access-key"],
        secret_key=secret["s3-secret-key"],
        bucket="winnow",
        region="us-east-1",
        secure=False,
    )
