"""What the parts of a stack use while nothing happens."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from winnow_bench.rest import at_rest, put_through, table
from winnow_client import Client
from winnow_contracts.errors import Conflict
from winnow_harness.fixtures.gateway import GatewayTwin, accepted
from winnow_harness.usage import Usage, usages

BUSY_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"


def test_the_time_and_memory_of_a_part_are_those_of_all_its_processes_also_of_those_that_ended() -> None:
    with subprocess.Popen((sys.executable, "-c", BUSY_CHILD)) as part:
        try:
            while (found := usages({"part": part.pid})["part"]).cpu_seconds < 0.5:
                time.sleep(0.05)
            assert found.processes == 2
            assert found.pss_bytes > 1_000_000
            both = usages({"me": os.getpid(), "part": part.pid})
            assert both["part"].processes == 2
            assert both["me"].processes == usages({"me": os.getpid()})["me"].processes - 2
            children = subprocess.run(("pgrep", "-P", str(part.pid)), capture_output=True, text=True, check=True)
            os.kill(int(children.stdout), 9)
            part.wait()
        finally:
            part.kill()
    assert usages({"me": os.getpid()})["me"].cpu_seconds >= 0.5


def test_a_part_that_is_gone_has_no_processes() -> None:
    assert usages({"gone": 2**22 + 1})["gone"] == Usage(processes=0, cpu_seconds=0, pss_bytes=0)


def test_the_sum_of_all_parts_stands_last() -> None:
    before = {"a": Usage(processes=1, cpu_seconds=10, pss_bytes=1), "b": Usage(processes=1, cpu_seconds=0, pss_bytes=1)}
    after = {
        "a": Usage(processes=1, cpu_seconds=10.6, pss_bytes=40_000_000),
        "b": Usage(processes=2, cpu_seconds=1.2, pss_bytes=2_000_000),
    }
    rows = at_rest(before, after, seconds=60)
    assert [(row.name, row.processes, row.cpu_percent) for row in rows] == [
        ("a", 1, 1.0),
        ("b", 2, 2.0),
        ("all", 3, 3.0),
    ]
    assert table(rows).splitlines()[-1].split() == ["all", "3", "3.00", "42.0"]


def test_a_rest_after_a_job_that_did_not_end_well_is_not_measured(tmp_path: Path) -> None:
    file = tmp_path / "speech.wav"
    file.write_bytes(b"RIFF")
    job = {"status": "failed", "stages": [], "error": {"detail": "It is no recording."}}
    gateway = GatewayTwin({"POST /v1/media?filename=speech.wav": accepted(), "GET /v1/jobs/job_1": (200, job)})
    gateway.start()
    try:
        with pytest.raises(Conflict, match="did not end well"):
            put_through(Client(gateway.url, "key"), file)
    finally:
        gateway.stop()
    assert "GET /v1/jobs/job_1" in gateway.asked
