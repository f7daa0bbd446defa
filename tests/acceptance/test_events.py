"""All jobs of an account are followed at any gateway, over its restart, and nobody else's."""

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
    recording = nodes_api.accept(clip.read_bytes(), "clip.wav")["job_id"]
    assert nodes_api.wait(recording)["status"] == "done"
    for follower in (here, there):
        until(lambda follower=follower: follower.of(recording)[-1:] == ["done"], "its end was not told")
        assert follower.of(recording) == ["queued", "running", "done"]
    stages = [one.stage for one in there.heard if one.event == "stage" and one.job_id == recording]
    assert {"transcribe", "understand"} <= set(stages)

    nodes.kill_part("gateway")
    nodes.wait_part("gateway")
    photo = until(
        lambda: (answer := nodes_api.send_photo(drawn(1), "thing.jpg")).status == 202 and answer.json()["job_id"],
        "no photo was accepted",
    )
    ended = nodes_api.wait(photo)["status"]
    for follower in (here, there):
        until(lambda follower=follower: follower.of(photo)[-1:] == [ended], "what came after the restart was not told")
        assert follower.of(photo)[0] == "queued"
        ids = [one.id for one in follower.heard if one.event == "status"]
        assert len(ids) == len(set(ids))
    late = Follower(gateways[1], nodes.key, after=since)
    until(lambda: late.of(photo)[-1:] == [ended], "what was missed was not told")
    assert late.of(recording) == here.of(recording)
    assert stranger.heard == []
