"""Every service is exchanged for a later version and back while jobs run; each job ends, and is stored once.

On demand: ``pytest tests/upgrade -s`` builds the old version from this repository's history, and needs PyPI or uv's
cache.
"""

import http.client
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest

from winnow_harness.fixtures.drills import until
from winnow_harness.http_call import exchange

from .conftest import GROUPS

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

CLIP = Path("/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0880.wav")
DRILLS_A_SECOND = 4
"""So many that every exchange meets open jobs, and so few that two cores keep up with them."""
BETWEEN_SECONDS = 4
"""How long each mixture of versions works."""


class Load:
    """Drills, ``DRILLS_A_SECOND`` at most, and a recording when it is asked for, until the block ends."""

    def __init__(self, stack):
        self._stack = stack
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drill)
        self.jobs = {}

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()

    def record(self, mixture):
        """Sends a recording that is like no other, until it is accepted."""
        data = CLIP.read_bytes() + uuid.uuid4().bytes
        url = f"{self._stack.gateway_url}/v1/media?filename={quote(mixture)}.wav"
        headers = {"Idempotency-Key": uuid.uuid4().hex}

        def ask():
            try:
                answer = exchange("POST", url, self._stack.key, data, headers, seconds=60)
            except (OSError, http.client.HTTPException):
                return ""  # the gateway is being exchanged
            assert answer.status in (202, 409, 500, 502, 503), answer.data
            return answer.json()["job_id"] if answer.status == 202 else ""

        self.jobs[until(ask, "the recording was not accepted")] = f"recording, {mixture}"

    def _drill(self):
        while not self._stop.wait(1 / DRILLS_A_SECOND):
            self.jobs[self._stack.drill(steps=2, work_ms=50)] = "drill"


@pytest.mark.parametrize(
    "order",
    [("ai", "index", "media", "gateway"), ("gateway", "media", "ai", "index")],
    ids=["as the changelog asks", "gateway first"],
)
def test_no_job_is_lost_and_none_is_stored_twice_while_versions_are_mixed(stack, order):
    assert versions(stack) == dict.fromkeys(GROUPS, "old")
    with Load(stack) as load:
        mix(stack, load, "all old")
        for group in order:
            stack.exchange(group, old=False)
            mix(stack, load, f"{group} new")
        assert versions(stack) == dict.fromkeys(GROUPS, "new")
        # Back, for the case that the new version has a fault. The database stays as the new version made it.
        for group in ("gateway", "media", "ai", "index"):
            stack.exchange(group, old=True)
            mix(stack, load, f"{group} old again")
        assert versions(stack) == dict.fromkeys(GROUPS, "old")
        for group in order:
            stack.exchange(group, old=False)
        mix(stack, load, "all new at last")
    ended = stack.ended(load.jobs, seconds=300)
    stack.drained()
    lost = [job_id for job_id in load.jobs if ended[job_id]["status"] != "done"]
    twice = [job_id for job_id in load.jobs if ended[job_id]["stored_times"] != 1]
    kinds = Counter("drills" if kind == "drill" else "recordings" for kind in load.jobs.values())
    print(f"\n{', '.join(order)}: {dict(kinds)}, lost {len(lost)}, twice {len(twice)}")
    assert (lost, twice) == ([], [])
    assert stack.journal_faults() == []


def mix(stack, load, mixture):
    """Lets a mixture of versions work for a while."""
    load.record(mixture)
    time.sleep(BETWEEN_SECONDS)
    print(f"{mixture}: {len(load.jobs)} jobs accepted")


def versions(stack):
    found = {}
    for group, parts in GROUPS.items():
        (found[group],) = {stack.version_of(name) for name in parts}
    return found
