"""A worker is killed at every piece of an hour of speech; no stored answer is paid for a second time."""

import dataclasses
import subprocess
import time
from dataclasses import dataclass
from itertools import pairwise

import pytest

from winnow_base.objects.s3 import S3ObjectStore
from winnow_harness.fixtures.endpoint import FakeEndpoint
from winnow_harness.fixtures.nodes import wait_for
from winnow_harness.fixtures.purchases import names_of_kept
from winnow_harness.fixtures.stack import StackFixture
from winnow_local.ports import remembered_ports

HOUR_SECONDS = 3600
PIECE_SECONDS = 720
ANSWER_SECONDS = 0.8
KILL_AFTER_SECONDS = (0.0, ANSWER_SECONDS / 2, ANSWER_SECONDS + 0.05, ANSWER_SECONDS + 0.3)
"""Seconds from a call to the kill: while the endpoint works, as it answers, and about when the answer is recorded."""

pytestmark = pytest.mark.timeout(1800)


@dataclass(frozen=True, kw_only=True)
class Kill:
    """A kill: the node, and the answers stored then.

    ``after`` and ``before``: the node ran until after the first moment, and not again before the second.
    """

    node: str
    after: float
    before: float
    kept: frozenset[str]

    def lost(self, bought):
        """The purchases in ``bought`` whose answers were lost with the node."""
        return [one for one in bought if self.met(one) and one.name not in self.kept]

    def met(self, purchase):
        """Whether the killed node had requested this. A busy endpoint may notice the request after the kill."""
        return purchase.node == self.node and purchase.at < self.before


class PayingStack(StackFixture):
    """Two ai nodes, few and long pieces, and an endpoint that counts."""

    def __init__(self, home):
        # One piece after the other: a kill finds one in flight, and each can be hit.
        self.endpoint = FakeEndpoint(answer_seconds=ANSWER_SECONDS, places=1)
        self._names = {}
        variables = {
            "WINNOW_AI_BASE_URL": self.endpoint.url,
            "WINNOW_AI_API_KEY": "a key that nobody checks",
            "WINNOW_AI_TRANSCRIPTION_MODEL": "speech",
            "WINNOW_AI_EMBEDDING_MODEL": "vectors",
        }
        super().__init__(home, variables, scale={"ai": 2}, dress=self._dress)

    def start(self, **chosen):
        self.endpoint.start()
        super().start(**chosen)

    def close(self):
        super().close()
        self.endpoint.stop()

    def kill(self, node):
        """Kills a node and records what was stored.

        Meanwhile no call is answered, so no other node stores an answer. A busy endpoint may notice a purchase after
        its node was killed: then the node's next process is killed.
        """
        wait_for(lambda: self.pid(node), 60, f"{node} does not come back")
        with self.endpoint.hang():
            after = time.monotonic()
            self.kill_part(node)
            kept = self._kept()
            return Kill(node=node, after=after, before=time.monotonic(), kept=kept)

    def _kept(self):
        """The names of all purchases whose answers are in the store."""
        store = S3ObjectStore(
            endpoint=f"127.0.0.1:{remembered_ports(self.home.ports)['s3']}",
            access_key=(self.home.secrets / "s3-access-key").read_text().strip(),
            secret_key=(self.home.secrets / "s3-secret-key").read_text().strip(),
            bucket="winnow",
            region="us-east-1",
            secure=False,
        )
        keys = list(store.keys("paid/"))
        # Each answer is read once: the killed node is soon back.
        self._names |= {key: names_of_kept(store.get_json(key)) for key in keys if key not in self._names}
        return frozenset(name for key in keys for name in self._names[key])

    def _dress(self, part):
        if part.worker != "ai":
            return part
        more = {
            "WINNOW_AI_BASE_URL": self.endpoint.url_of(part.name),
            "WINNOW_AI_PIECE_LIMIT_SECONDS": str(PIECE_SECONDS),
        }
        return dataclasses.replace(part, environment={**part.environment, **more})


@pytest.fixture(scope="module")
def paying(tmp_path_factory):
    stack = PayingStack(tmp_path_factory.mktemp("paying"))
    try:
        stack.start()
        yield stack
    finally:
        stack.close()


@pytest.fixture
def hour(tmp_path):
    """An hour of half minutes like speech, each with a pause at its end; it grows louder, so all pieces differ."""

    def make(pitch):
        half_minute, path = tmp_path / "half-minute.wav", tmp_path / f"{pitch}.flac"
        voice = f"0.1*sin(2*PI*t*({pitch}+t))*abs(sin(9*t))*gt(mod(t,3),0.4)*lt(t,28)"
        run("-f", "lavfi", "-i", f"aevalsrc='{voice}':s=16000:d=30", str(half_minute))
        louder = ("-af", f"volume='0.2+t/{2 * HOUR_SECONDS}':eval=frame", "-t", str(HOUR_SECONDS))
        run("-stream_loop", "-1", "-i", str(half_minute), *louder, "-compression_level", "0", str(path))
        return path

    return make


def test_one_node_killed_at_every_piece_pays_for_nothing_kept_again(paying, hour):
    paying.stop_part("ai-2")
    try:
        kills, bought = indexed_under_fire(paying, hour(180))
    finally:
        paying.start_part("ai-2")
    assert {purchase.node for purchase in bought} == {"ai"}
    report_and_judge(kills, bought)


def test_another_node_takes_over_and_pays_for_nothing_kept_again(paying, hour):
    kills, bought = indexed_under_fire(paying, hour(230))
    assert {purchase.node for purchase in bought} == {"ai", "ai-2"}
    report_and_judge(kills, bought)


def indexed_under_fire(paying, recording):
    """Indexes a recording and kills each node that pays for something new, once per purchase; returns kills and
    purchases.
    """
    purchases = paying.endpoint.purchases
    before = len(purchases)
    job_id = paying.client.media.upload(recording).id
    kills, fired_at, status = [], set(), "queued"
    while status not in ("done", "failed", "cancelled"):
        fresh = next((one for one in purchases[before:] if one.name not in fired_at), None)
        if fresh is None:
            time.sleep(0.05)
            status = paying.client.get(f"/v1/jobs/{job_id}")["status"]
            continue
        time.sleep(max(0.0, fresh.at + KILL_AFTER_SECONDS[len(kills) % len(KILL_AFTER_SECONDS)] - time.monotonic()))
        kills.append(paying.kill(fresh.node))
        # One call may have bought many texts, and the kill may have hit the next call too.
        fired_at |= {one.name for one in purchases[before:] if one.at <= kills[-1].after or kills[-1].met(one)}
    assert status == "done", paying.client.get(f"/v1/jobs/{job_id}")
    return kills, purchases[before:]


def report_and_judge(kills, bought):
    """Prints what was in flight at each kill, and checks that only purchases in flight were repeated."""
    times = {}
    for purchase in bought:
        times.setdefault(purchase.name, []).append(purchase)
    for number, kill in enumerate(kills, 1):
        lost = [f"{one.kind} {one.name}" for one in kill.lost(bought)]
        print(f"kill {number}, of {kill.node}: {len(lost)} in flight: {', '.join(lost)}")
    repeats = [pair for each in times.values() for pair in pairwise(each)]
    pieces = [each for each in times.values() if each[0].kind == "piece"]
    print(f"{len(pieces)} pieces, {len(bought)} purchases, {len(repeats)} repeated, {len(kills)} kills")

    assert len(pieces) >= HOUR_SECONDS / PIECE_SECONDS
    assert len(kills) >= len(pieces) - 1
    assert [one for one in bought for kill in kills if one.at > kill.before and one.name in kill.kept] == []
    for first, second in repeats:
        assert any(first in kill.lost(bought) and second.at > kill.after for kill in kills), (first, second)


def run(*arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *arguments], check=True, timeout=120)
