"""All jobs of an account are followed at any gateway, over its restart, and nobody else's."""

import contextlib
import threading

import pytest

from winnow_client import Client
from winnow_harness.fixtures.drills import until
from winnow_harness.fixtures.photos import drawn


class Follower:
    """Keeps what a client hears, in a thread that ends with the test's process."""

    def __init__(self, url, key, after=None):
        self.heard = []
        self._events = Client(url, key).events(after=after)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for event in self._events:
            self.heard.append(event)

    def of(self, job_id):
        """The states that index told of a job, in order."""
        return [one.status for one in self.heard if one.event == "status" and one.job_id == job_id]


@pytest.fixture
def gateways(nodes):
    """The addresses of two gateways: two processes with journals of their own."""
    another, url = nodes.another_gateway("gateway-of-events")
    another.start()
    yield nodes.gateway_url, url
    another.stop()


def test_every_state_is_told_once_and_in_order_at_every_gateway_and_over_a_restart(nodes, nodes_api, gateways, clip):
    key = nodes_api.post("/v1/ops/keys", {"name": "others", "scopes": ["read"], "tenant_id": "others"}).json()["key"]
    # From here on, however long a connection takes.
    since = Client(gateways[0], nodes.key).get("/v1/events")["position"]
    here, there = (Follower(url, nodes.key, since) for url in gateways)
    stranger = Follower(gateways[1], key, since)
    first = until(lambda: sent(nodes_api, 1), "no photo was accepted")
    for follower in (here, there):
        until(lambda follower=follower: follower.of(first), "nothing was told")
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
    late = Follower(gateways[1], nodes.key, after=since)
    until(lambda: late.of(photo)[-1:] == [ended], "what was missed was not told")
    assert late.of(recording) == here.of(recording)
    assert stranger.heard == []


def sent(nodes_api, number):
    """Sends a photo, which is one job however often; returns it, or None while the gateway is away."""
    with contextlib.suppress(OSError):
        answer = nodes_api.send_photo(drawn(number), "thing.jpg", headers={"Idempotency-Key": f"followed-{number}"})
        return answer.json()["job_id"] if answer.status == 202 else None


def end_of(nodes, job_id):
    """How the job has ended, or None; what was killed answers nothing for a moment."""
    status, job = nodes.call("GET", f"/v1/jobs/{job_id}")
    return job["status"] if status == 200 and job["status"] in ("done", "failed", "cancelled") else None
