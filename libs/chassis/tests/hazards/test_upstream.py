"""P1 and P2 in stock Dramatiq, as docs/upstream reports them. Once upstream fixes one, its test fails and says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPORTS = Path(__file__).parents[4] / "docs" / "upstream"


@pytest.mark.parametrize("name", ["p1", "p2"])
def test_stock_dramatiq_still_loses_the_task_of_the_report(amqp_url, name):
    script = REPORTS / f"{name}.py"
    ran = subprocess.run(
        [sys.executable, script], env={**os.environ, "AMQP_URL": amqp_url}, capture_output=True, text=True, timeout=200
    )
    assert "hazard absent" not in ran.stdout, f"upstream mended {name.upper()}: say so in {REPORTS / name.upper()}.md"
    assert (ran.returncode, "HAZARD PRESENT" in ran.stdout) == (1, True), ran.stdout + ran.stderr
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 60
