"""The store while nobody uses it."""

import time
from pathlib import Path

import pytest

from winnow_local.testing_servers import s3_server

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


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
