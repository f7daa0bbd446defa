"""The sum of what was downloaded."""

import re
import subprocess
from pathlib import Path

from winnow_local.downloaded import MODEL_WEIGHTS, downloaded_line, note_download

FRONT_DOOR = Path(__file__).parents[3] / "winnow"
FUNCTIONS = re.compile(r"^(?:note_download|python_bytes)\(\) \{.*?^\}", re.M | re.S)
LOG = """\
   Building winnow-ai @ file:///somewhere/services/ai
   Building built-here==1.0
Downloading numpy (16.0MiB)
  Downloading uv-0.13.9-py3-none-any.whl (17.6 MB)
 Downloaded numpy
"""
LOCK = """\
[[package]]
name = "built-here"
sdist = { url = "https://example.org/built.tar.gz", size = 2000000, upload-time = "2026-01-01T00:00:00Z" }

[[package]]
name = "not-built"
sdist = { url = "https://example.org/not.tar.gz", size = 5000000 }
"""


def test_each_part_is_added_up_and_nothing_is_said_where_nothing_came(tmp_path: Path) -> None:
    file = tmp_path / "tools" / "downloads"
    assert downloaded_line(file) == ""
    for what, size_bytes in ((MODEL_WEIGHTS, 100_000_000), ("Python packages", 20_000_000), (MODEL_WEIGHTS, 3_000_000)):
        note_download(file, what, size_bytes)
    assert downloaded_line(file) == "Downloaded on this machine: 123 MB: model weights 103, Python packages 20."


def test_the_front_door_notes_what_pip_and_uv_say_they_fetched_and_the_lock_knows(tmp_path: Path) -> None:
    (tmp_path / "install.log").write_text(LOG)
    (tmp_path / "uv.lock").write_text(LOCK)
    functions = "\n".join(FUNCTIONS.findall(FRONT_DOOR.read_text()))
    script = f"""set -eu; root=$1 tools=$1 WINNOW_HOME=$1
{functions}
note_download 'Python packages' "$(python_bytes)"; note_download nothing 0"""
    subprocess.run(("sh", "-c", script, "sh", str(tmp_path)), check=True)
    expected_bytes = 16 * 2**20 + 17_600_000 + 2_000_000
    assert (tmp_path / "tools" / "downloads").read_text() == f"Python packages\t{expected_bytes}\n"
