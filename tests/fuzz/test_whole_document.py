"""Generated requests over the whole document, sent to a whole stack: every answer is documented, and none is 500."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from winnow_harness.fixtures.stack import StackFixture

SECONDS = int(os.environ.get("WINNOW_FUZZ_SECONDS", "600"))
TOOL = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def stack(tmp_path):
    """A stack of its own: requests pause lanes, change limits and discard tasks."""
    whole = StackFixture(tmp_path / "stack")
    try:
        whole.start()
        yield whole
    finally:
        whole.close()


@pytest.mark.real
@pytest.mark.timeout(SECONDS + 900)
def test_every_answer_to_generated_requests_is_a_documented_one(stack, tmp_path):
    line = (TOOL, "--no-color", "--config-file", CONFIG, "fuzz", f"{stack.gateway_url}/openapi.json")
    found = subprocess.run(
        (*line, "--max-time", str(SECONDS)),
        cwd=tmp_path,
        env=os.environ | {"WINNOW_FUZZ_KEY": stack.key},
        capture_output=True,
        text=True,
        check=False,
    )
    print(found.stdout)
    assert found.returncode == 0, found.stderr
