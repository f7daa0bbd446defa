"""The store is quiet while nobody uses it."""

import dataclasses
import time
from pathlib import Path

import pytest

from winnow_base.objects.s3 import S3ObjectStore
from winnow_harness.fixtures.servers import s3_server

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def wake_ups(pid: int) -> int:
    """How often threads of the process that still run have waited for something."""
    lines = [
        line for task in Path(f"/proc/{pid}/task").iterdir() for line in (task / "status").read_text().splitlines()
    ]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def test_a_store_that_nobody_uses_leaves_the_processor_alone_and_finds_its_own_admin(tmp_path: Path) -> None:
    store, _ = s3_server(tmp_path)
    store.start()
    try:
        time.sleep(5)  # its start
        before = cpu_seconds(store.pid)
        time.sleep(10)
        assert cpu_seconds(store.pid) - before < 0.6
    finally:
        store.stop()
    assert "connection refused" not in (tmp_path / "s3.log").read_text()


def test_a_store_that_is_started_again_sleeps_as_well_keeps_what_it_had_and_takes_more(tmp_path: Path) -> None:
    store, place = s3_server(tmp_path)
    objects = S3ObjectStore(**dataclasses.asdict(place))
    for round_ in range(2):
        store.start()
        try:
            objects.put_bytes(f"round-{round_}", b"kept", content_type="text/plain")
            time.sleep(5)  # its start
            before = wake_ups(store.pid)
            time.sleep(5)
            assert wake_ups(store.pid) - before < 5 * 1000
            assert all(objects.get_bytes(f"round-{earlier}") == b"kept" for earlier in range(round_ + 1))
        finally:
            store.stop()
