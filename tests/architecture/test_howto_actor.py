"""docs/howto/add-an-actor.md, followed to the letter in a copy of the code: it works, is short, slips are noticed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(400)

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "add-an-actor.md").read_text(encoding="utf-8")
CHECKS = re.search(r"\.venv/bin/(pytest .+)", PAGE)[1].split()
MOST_LINES = 40
"""Of new code, without its test."""

SLIPS = {
    "no entry in COMMANDS": ("libs/contracts/src/winnow_contracts/commands.py", r"        CountWords,\n"),
    "no route": ("services/ai/src/winnow_ai/worker.py", r"        Route\(command=CountWords.*\n"),
    "no word on who asks": ("libs/contracts/src/winnow_contracts/commands.py", r"Ai asks itself how many"),
}


@pytest.fixture
def followed(tmp_path):
    """A copy of the code with the page's patches in it."""
    for folder in ("libs", "services/ai"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    subprocess.run(("git", "apply", "-"), input=PAGE, text=True, cwd=tmp_path, check=True)
    return tmp_path


def check(folder):
    """Runs the tests that the page names, against the code of this folder."""
    sources = [*folder.glob("libs/*/src"), *folder.glob("services/*/src")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources))}
    command = (sys.executable, "-m", *CHECKS, "-p", "no:cacheprovider", "--junit-xml=")
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def test_the_new_actor_works_and_its_code_is_short(followed):
    ended = check(followed)
    assert ended.returncode == 0, ended.stdout
    code, _, test = PAGE.partition("## 4. The test")
    assert 20 < len(re.findall(r"^\+(?!\+\+ )", code, re.MULTILINE)) < MOST_LINES
    assert "+def test_" in test


@pytest.mark.parametrize("slip", sorted(SLIPS))
def test_a_forgotten_step_is_noticed_by_a_test_that_the_page_names(followed, slip):
    file, forgotten = SLIPS[slip]
    text, found = re.subn(forgotten, "", (followed / file).read_text(encoding="utf-8"))
    assert found == 1
    (followed / file).write_text(text, encoding="utf-8")
    ended = check(followed)
    assert ended.returncode == 1, ended.stdout
    assert " failed" in ended.stdout
