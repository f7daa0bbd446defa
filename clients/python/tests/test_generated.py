"""What is made from the OpenAPI document is what would be made from it now."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOL = ROOT / "tools/apitypes"
TSC = os.environ.get("WINNOW_TSC")
"""The TypeScript compiler, which npm has; the check of its types runs on demand."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file as the tool makes it now."""
    folder = tmp_path_factory.mktemp("made")
    subprocess.run((sys.executable, str(TOOL / "make_types.py"), "--into", str(folder)), check=True)
    return folder


def test_no_type_is_stale(made: Path) -> None:
    files = [file.relative_to(made) for file in made.rglob("*") if file.is_file()]
    assert len(files) == 9
    stale = [str(file) for file in files if (made / file).read_text() != (ROOT / file).read_text()]
    assert stale == [], f"run: {sys.executable} tools/apitypes/make_types.py"


if TSC:

    def test_the_types_and_the_example_of_the_page_are_typescript(made: Path) -> None:
        folder = made / "clients/typescript"
        [example] = re.findall(r"^```ts\n(.*?)^```", (ROOT / "docs/client.md").read_text(), re.MULTILINE | re.DOTALL)
        (folder / "example.ts").write_text(example)
        options = ("--noEmit", "--strict", "--lib", "es2022,dom", "--target", "es2022", "--module", "esnext")
        command = (TSC, *options, "--moduleResolution", "bundler", "example.ts", "winnow.d.ts")
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
