"""docs/testing.md states for every environment what it runs and why."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_has_a_row_for_every_environment_and_for_no_other():
    listing = (sys.executable, "-m", "tox", "list", "--no-desc", "-q")
    done = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True)
    environments = {line for line in done.stdout.splitlines() if line and not line.endswith("environments:")}
    rows = re.findall(r"^\| (`.*?`) \|", (ROOT / "docs" / "testing.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall("`([^`]+)`", row) if not name.startswith(("./", "pytest"))}
    assert named == environments
