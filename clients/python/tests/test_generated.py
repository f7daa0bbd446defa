"""What is made from the OpenAPI document is what would be made from it now."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOL = ROOT / "tools/apitypes"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file as the tool makes it now."""
    folder = tmp_path_factory.mktemp("made")
    subprocess.run((sys.executable, str(TOOL / "make_types.py"), "--into", str(folder)), check=True)
    return folder


def test_no_type_is_stale(made: Path) -> None:
    files = [file.relative_to(made) for file in made.rglob("*") if file.is_file()]
    assert len(files) == 7
    stale = [str(file) for file in files if (made / file).read_text() != (ROOT / file).read_text()]
    assert stale == [], f"run: {sys.executable} tools/apitypes/make_types.py"
