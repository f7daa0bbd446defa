"""All jobs of an account are followed at any gateway, over its restart, and nobody else's."""

import contextlib

import pytest
from anyio.from_thread import start_blocking_portal

from winnow_client import AsyncClient, Client
from winnow_harness.fixtures.drills import until
from winnow_harness.fixtures.photos import drawn

from .conftest import Api


class Follower:
    """Keeps what a client hears of an account's jobs."""

    def __init__(self):
        self.heard = []

    async def listen(self, url, key, after):
        """Hears what comes after an event's id, until it is cancelled."""
        async with AsyncClient(url, key) as winnow:
            async for event in winnow.events(after=after):
                self.heard.append(event)

    def of(self, job_id):
        """The states that index told of a job, in order."""
        return [one.status for one in self.heard if one.event == "status" and one.job_id == job_id]


@pytest.fixture
def follow():
    """Begins to follow at a gateway with a key, after an event's id; returns the follower, which ends with the test."""
    with start_blocking_portal() as portal:
        running = []

        def begin(url, key, after):
            follower = Follower()
            running.append(portal.start_task_soon(follower.listen, url, key, after))
            return follower

        yield begin
        for one in running:
            if not one.cancel():
                one.result()  # it ends by itself only where it raises


@pytest.fixture
def gateways(nodes):
    """The addresses of two gateways: two processes with journals of their own."""
    another, url = nodes.another_gateway("gateway-of-events")
    another.start()
    yield nodes.gateway_url, url
    another.stop()


def test_every_state_is_told_once_and_in_order_at_every_gateway_and_over_a_restart(
    nodes, nodes_api, gateways, clip, follow
):
    wanted = {"name": "others", "scopes": ["read", "write"], "tenant_id": "others"}
    key = nodes_api.post("/v1/ops/keys", wanted).json()["key"]
    others_api = Api(gateways[1], key)
    # From here on, however long a connection takes.
    since = Client(gateways[0], nodes.key).get("/v1/events")["position"]
    here, there = (follow(url, nodes.key, since) for url in gateways)
    stranger = follow(gateways[1], key, since)
    first, theirs = (until(lambda api=api: sent(api, 1), "no photo was accepted") for api in (nodes_api, others_api))
    for follower, job_id in ((here, first), (there, first), (stranger, theirs)):
        until(lambda follower=follower, job_id=job_id: follower.of(job_id), "nothing was told")
    recording = nodes_api.accept(clip.read_bytes(), "clip.wav")["job_id"]
    assert nodes_api.wait(recording)["status"] == "done"
    for follower in (here, there):
        until(lambda follower=follower: follower.of(recording)[-1:] == ["done"], "its end was not told")
        assert follower.of(recording) == ["queued", "running", "done"]
    stages = [one.stage for one in there.heard if one.event == "stage" and one.job_id == recording]
    assert {"transcribe", "understand"} <= set(stages)

    nodes.kill_part("gateway")
    photo = until(lambda: sent(nodes_api, 2), "no photo was accepted")
    ended = until(lambda: end_of(nodes, photo), "the photo's job has not ended")
    for follower in (here, there):
        until(lambda follower=follower: follower.of(photo)[-1:] == [ended], "what came after the restart was not told")
        assert follower.of(photo)[0] == "queued"
        ids = [one.id for one in follower.heard if one.event == "status"]
        assert len(ids) == len(set(ids))
    late = follow(gateways[1], nodes.key, since)
    until(lambda: late.of(photo)[-1:] == [ended], "what was missed was not told")
    assert late.of(recording) == here.of(recording)
    # Told in order: what is heard of a job that comes last is heard after all else.
    last = until(lambda: sent(others_api, 2), "no photo was accepted")
    until(lambda: stranger.of(last), "a stranger's own job was not told")
    assert {one.job_id for one in stranger.heard} == {theirs, last}


def sent(api, number):
    """Sends a photo, which is one job however often; returns it, or None while the gateway is away."""
    with contextlib.suppress(OSError):
        answer = api.send_photo(drawn(number), "thing.jpg", headers={"Idempotency-Key": f"followed-{number}"})
        return answer.json()["job_id"] if answer.status == 202 else None


def end_of(nodes, job_id):
    """How the job has ended, or None; what was killed answers nothing for a moment."""
    status, job = nodes.call("GET", f"/v1/jobs/{job_id}")
    return job["status"] if status == 200 and job["status"] in ("done", "failed", "cancelled") else None
