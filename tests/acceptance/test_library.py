"""A library is exported, and imported by another tenant: what is found there is the same, once."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from winnow_harness.fixtures.drills import until
from winnow_local.photos.drawings import drawings

from .conftest import Api

WINNOW = Path(sys.executable).with_name("winnow")
QUERY = "disposed young man"


class Tenant(Api):
    """A tenant of its own with its key, and the command line as it uses it."""

    def __init__(self, url, key):
        super().__init__(url, key)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_")}
        self._variables = inherited | {"WINNOW_URL": url, "WINNOW_API_KEY": key}

    def run(self, *words, code=0):
        """Runs a command and returns its JSON."""
        line = (str(WINNOW), *words, "--json")
        done = subprocess.run(line, env=self._variables, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)

    def library(self, size):
        """All media once so many are ready, each as what people know of it."""

        def ready():
            items = self.readable("/v1/media", 60)["items"]
            # A result may be stored before index has heard of the acceptance, which tells the language of a photo.
            known = [item for item in items if item["status"] == "ready" and item["language"]]
            return known if len(known) == len(items) == size else None

        items = until(ready, "the library is not ready", 300)
        return sorted((item["kind"], item["title"], item["tags"], item["filename"], item["language"]) for item in items)

    def actors(self):
        jobs = self.get("/v1/jobs").json()["items"]
        return {task["actor"] for job in jobs for task in self.run("trace", job["id"])["tasks"]}

    def said(self):
        found = until(lambda: self.moments(QUERY), "nothing is found", 60)
        return [(moment["start_ms"], moment["end_ms"], moment["text"]) for _, moment in found]


@pytest.fixture
def tenant(stack, api):
    def make(name):
        answer = api.post("/v1/ops/keys", {"name": name, "scopes": ["read", "write"], "tenant_id": name})
        made = Tenant(stack.gateway_url, answer.json()["key"])
        until(lambda: made.get("/v1/media").status == 200, "the key is not known", 30)
        return made

    return make


def test_a_library_is_exported_and_imported_by_another_tenant_and_found_there(tenant, clip, tmp_path):
    ours, theirs = tenant("library-ours"), tenant("library-theirs")
    recording = ours.accept(clip.read_bytes(), "회의 1.wav")["media_id"]
    photo = ours.answered(drawings()["can.jpg"], "can.jpg").json()["id"]
    ours.library(2)
    ours.run("edit", recording, "--title", "Sense and sensibility", "--tag", "novel", "--tag", "책")
    ours.run("edit", photo, "--tag", "metal")
    ours.run("correct", photo, "metal", "--item", "aluminum_can", "--note", "It was a can.")

    folder = tmp_path / "library"
    assert [one["state"] for one in ours.run("library", "export", str(folder))] == ["fetched", "fetched"]
    assert [one["state"] for one in ours.run("library", "export", str(folder))] == ["kept", "kept"]
    with zipfile.ZipFile(folder / f"{recording}.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("original/회의 1.wav") == clip.read_bytes()
        about = json.loads(archive.read("media.json"))
    assert {task["actor"] for task in about["tasks"]} >= {"ai.transcribe_audio", "index.store_recording"}
    single = ours.run("export", photo, "-o", str(tmp_path))
    assert zipfile.ZipFile(single["file"]).testzip() is None

    assert [one["state"] for one in theirs.run("library", "import", str(folder))] == ["sent", "sent"]
    assert theirs.library(2) == ours.library(2)
    [label] = theirs.get("/v1/feedback").json()["items"]
    assert (label["correct"]["item"], label["note"]) == ("aluminum_can", "It was a can.")
    assert [text for *_, text in theirs.said()] == [text for *_, text in ours.said()]
    assert theirs.actors() & {"ai.transcribe_audio", "ai.embed_transcript"} == {"ai.embed_transcript"}
    assert [one["state"] for one in theirs.run("library", "import", str(folder))] == ["there", "there"]
    assert [one["state"] for one in ours.run("library", "import", str(folder))] == ["there", "there"]
    assert theirs.library(2) == ours.library(2)
