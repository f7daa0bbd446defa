import os
import subprocess
import sys
from pathlib import Path

import pytest

from winnow_harness.fixtures.port_share import PortShare
from winnow_local.ports import SHARE_VARIABLE


def test_a_test_process_takes_a_share_that_no_other_holds_until_that_one_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SHARE_VARIABLE, "")
    script = (
        "import sys; from pathlib import Path; from winnow_harness.fixtures.port_share import PortShare\n"
        "share = PortShare.take(Path(sys.argv[1])); print(share.number, flush=True); sys.stdin.read()\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen((sys.executable, "-c", script, str(tmp_path)), text=True, **pipes) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "0\n"
        mine = PortShare.take(tmp_path)
        assert (mine.number, os.environ[SHARE_VARIABLE]) == (1, "1")
        other.communicate()
    again = PortShare.take(tmp_path)
    assert again.number == 0
    again.give_back()
    mine.give_back()
