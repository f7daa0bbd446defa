"""Every Python example of docs/client.md runs against a whole stack, as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from winnow_harness.fixtures.stack import StackFixture
from winnow_local.photos.drawings import drawings

PAGE = Path(__file__).parents[3] / "docs/client.md"
SPEECH = Path("/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0880.wav")
EXAMPLES = {
    section.partition("\n")[0]: re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    for section in PAGE.read_text().split("\n## ")
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copy(SPEECH, folder / "talk.wav")
    (folder / "talk.en.srt").write_text("1\n00:00:00,500 --> 00:00:02,000\nRinse the amphora.\n")
    (folder / "can.jpg").write_bytes(drawings()["can.jpg"])
    return folder


def test_there_are_examples_of_everything() -> None:
    assert PAGE.read_text().count("```python\n") == sum(map(len, EXAMPLES.values())) == 11


@pytest.mark.timeout(600)
def test_the_examples_run_one_after_the_other(stack: StackFixture, folder: Path) -> None:
    outputs = {title: run(stack, folder, code) for title, codes in EXAMPLES.items() for code in codes}
    first = outputs["Upload, wait, search"]
    assert "done\n" in first
    assert "young man" in first.lower()  # the model hears the rest differently now and then
    assert f"{stack.gateway_url}/m/med_" in first
    read = outputs["Read and list"]
    assert " --> " in read
    assert read.count("job_") == 1
    assert outputs["Captions"].startswith("captions\n1\n00:00:00,500 --> 00:00:02,000\nRinse the amphora.")
    events = outputs["Events"]
    assert " done " in events.splitlines()[-1]
    assert " queued " in events
    assert outputs["Edit"].splitlines()[-1] == "precondition-failed"
    assert outputs["Edit"].startswith("A talk ('talks',")
    assert "('media.failed',)" in outputs["Webhooks"]
    assert outputs["Feeds"] == "url-ingest-disabled\n"  # so the stack is
    assert "There is no" in outputs["Errors"]
    assert "bat_" in outputs["The rest of the API"]
    assert all(outputs.values())


def run(stack: StackFixture, folder: Path, code: str) -> str:
    named = {"WINNOW_URL": stack.gateway_url, "WINNOW_API_KEY": stack.key}
    command = (sys.executable, "-W", "error", "-c", code)
    done = subprocess.run(
        command, cwd=folder, env=os.environ | named, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    return done.stdout
