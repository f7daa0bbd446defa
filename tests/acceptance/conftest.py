import json
import os
import subprocess
import time
import uuid
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from winnow_harness.fixtures.drills import DrillStack, until
from winnow_harness.http_call import exchange

LONG_SECONDS = 900
"""The time limit of a test with its fixtures, whole stacks among them, on a slow and busy machine; a longer one hangs.
"""
LIBRIVOX = Path("/usr/share/pocketsphinx/test/data/librivox")
ENDED = ("done", "failed", "cancelled")
PER_MINUTE = int(os.environ.get("WINNOW_FLOOD_PER_MINUTE", "60"))
"""Calls about photos per minute; few, so that a test reaches the limit within seconds."""


def pytest_collection_modifyitems(items):
    for item in items:
        asked = item.get_closest_marker("timeout")
        if item.path.is_relative_to(Path(__file__).parent) and (asked is None or asked.args[0] < LONG_SECONDS):
            item.add_marker(pytest.mark.timeout(LONG_SECONDS), append=False)


class Api:
    """The public API as a user with the admin key sees it."""

    def __init__(self, url, key):
        self._url = url
        self._key = key

    def get(self, path, **fields):
        return self._ask("GET", path, fields)

    def readable(self, path, seconds=30):
        """Returns the JSON of an address once it answers 200: index may be away for a moment on a busy machine."""
        deadline = time.monotonic() + seconds
        while (answer := self.get(path)).status != 200:
            assert time.monotonic() < deadline, answer.data
            time.sleep(0.2)
        return answer.json()

    def upload(self, data, filename, **fields):
        return self._ask("POST", "/v1/media", {"filename": filename, **fields}, data)

    def post(self, path, body):
        return self._ask("POST", path, {}, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def put(self, path, body):
        return self._ask("PUT", path, {}, body, {"Content-Type": "application/octet-stream"})

    def send_form(self, data, filename, *, captions):
        """Sends a recording and its captions (name and text) as one form; returns the answer of its acceptance."""
        border = uuid.uuid4().hex
        files = {"file": (filename, data), "captions": (captions[0], captions[1].encode())}
        body = b"".join(
            f'--{border}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
            + content
            + b"\r\n"
            for field, (name, content) in files.items()
        )
        headers = {"Content-Type": f"multipart/form-data; boundary={border}"}
        answer = self._ask("POST", "/v1/media", {}, body + f"--{border}--\r\n".encode(), headers)
        assert answer.status == 202, answer.data
        return answer.json()

    def send_photo(self, data, filename, *, headers=None, **fields):
        return self._ask("POST", "/v1/photos", {"filename": filename, **fields}, data, headers)

    def _ask(self, method, path, fields, body=None, headers=None):
        query = f"?{urlencode(fields, quote_via=quote)}" if fields else ""
        return exchange(method, f"{self._url}{path}{query}", self._key, body, headers, seconds=60)

    def answered(self, data, filename, **fields):
        """Returns the answer to a photo: waits as long as the API allows, and repeats the request if that was too
        short.
        """
        headers = {"Prefer": "wait=30", "Idempotency-Key": uuid.uuid4().hex}

        def ask():
            answer = self.send_photo(data, filename, headers=headers, **fields)
            return answer if answer.status != 202 else None

        return until(ask, f"{filename} is not answered", 300)

    def accept(self, data, filename):
        answer = self.upload(data, filename)
        assert answer.status == 202, answer.data
        return answer.json()

    def job(self, job_id):
        answer = self.get(f"/v1/jobs/{job_id}")
        assert answer.status == 200, answer.data
        return answer.json()

    def wait(self, job_id, seconds=300):
        """Returns the job once it has ended."""
        deadline = time.monotonic() + seconds
        while (job := self.job(job_id))["status"] not in ENDED:
            assert time.monotonic() < deadline, f"not ended after {seconds} s: {job}"
            time.sleep(0.2)
        return job

    def trace(self, job_id):
        answer = self.get(f"/v1/jobs/{job_id}/trace")
        assert answer.status == 200, answer.data
        return answer.json()

    def settled_trace(self, job_id, seconds=200):
        """Returns the trace once a finished job's history is complete: events of each node arrive a moment after the
        result.
        """
        deadline = time.monotonic() + seconds
        while True:
            trace = self.trace(job_id)
            states = {task["actor"]: task["state"] for task in trace["tasks"]}
            if states.get("index.store_recording") == "completed" and "running" not in states.values():
                return trace
            assert time.monotonic() < deadline, f"the history is not complete after {seconds} s: {states}"
            time.sleep(0.2)

    def moments(self, query, **only):
        """Returns the first hits by words and by meaning; repeats a search for which the model was too slow."""

        def ask():
            answer = self.get("/v1/search", q=query, **only)
            assert answer.status == 200, answer.data
            return answer.json() if not answer.json()["degraded"] else None

        found = until(ask, "no search was whole")
        return [(item["media_id"], moment) for item in found["items"] for moment in item["moments"]]


@pytest.fixture
def api(stack):
    return Api(stack.gateway_url, stack.key)


@pytest.fixture(scope="session")
def nodes_stack(tmp_path_factory):
    """A stack of several nodes that tests kill, freeze and wipe; its AI endpoint always returns the same words."""
    stack = DrillStack(
        tmp_path_factory.mktemp("nodes"),
        {
            # Drills are one tenant's: after some tests all would be above its share, and on lanes that no test pauses.
            "WINNOW_GATEWAY_TENANT_OPEN_JOBS": "0",
            "WINNOW_INDEX_SWEEP_GRACE_SECONDS": "3",
            "WINNOW_INDEX_SWEEP_EVERY_SECONDS": "1",
            "WINNOW_INDEX_LEASE_SECONDS": "20",
            "WINNOW_FETCH_URLS": "true",
            "WINNOW_FETCH_HOSTS": "127.0.0.1",
            "WINNOW_AI_VISION_PER_MINUTE": str(PER_MINUTE),
            "WINNOW_AI_VISION_RETRIES": "0",
            "WINNOW_AI_VISION_TIMEOUT_SECONDS": "20",
            # Checking an hour and a half of noise takes long on a busy machine.
            "WINNOW_MEDIA_EXAMINE_LIMIT_SECONDS": "300",
            "WINNOW_MEDIA_EXAMINE_WALL_SECONDS": "200",
            "WINNOW_MEDIA_EXAMINE_CPU_SECONDS": "100",
        },
        scale={"media": 2, "ai": 3},
    )
    try:
        stack.start()
        yield stack
    finally:
        stack.close()


@pytest.fixture
def nodes(nodes_stack):
    """The stack of several nodes, with all of them running: an earlier test may have killed some."""
    nodes_stack.disarm()
    for name, part in nodes_stack.statuses().items():
        if part.state != "elsewhere":
            nodes_stack.wait_part(name)
    return nodes_stack


@pytest.fixture
def per_minute():
    """The limit of calls per minute that all nodes share."""
    return PER_MINUTE


@pytest.fixture
def nodes_api(nodes):
    return Api(nodes.gateway_url, nodes.key)


@pytest.fixture(scope="session")
def speech(tmp_path_factory):
    """One minute of real speech as a wav: all clips of the sample, repeated, with pauses."""
    folder = tmp_path_factory.mktemp("speech")
    wav = folder / "minute.wav"
    clips = sorted(LIBRIVOX.glob("*.wav"))
    assert clips, "install Debian's pocketsphinx-testdata"
    inputs = [argument for clip in clips for argument in ("-i", str(clip))]
    joined = "".join(f"[{n}:a]apad=pad_dur=1.6[a{n}];" for n in range(len(clips)))
    joined += "".join(f"[a{n}]" for n in range(len(clips))) + f"concat=n={len(clips)}:v=0:a=1"
    run("ffmpeg", "-v", "error", *inputs, "-filter_complex", joined, "-ar", "16000", "-ac", "1", str(wav))
    return wav


@pytest.fixture(scope="session")
def clip():
    """A few seconds of real speech: "he was not an ill disposed young man"."""
    return LIBRIVOX / "sense_and_sensibility_01_austen_64kb-0880.wav"


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="session")
def video(speech, tmp_path_factory):
    """The speech as an mp4 with a picture."""
    path = tmp_path_factory.mktemp("video") / "talk.mp4"
    picture = ("-f", "lavfi", "-i", "color=c=teal:s=320x180:r=10")
    run("ffmpeg", "-v", "error", *picture, "-i", str(speech), "-shortest", "-pix_fmt", "yuv420p", str(path))
    return path


@pytest.fixture(scope="session")
def noise(tmp_path_factory):
    """Some minutes of noise with a still picture, in a form that no browser plays: long work for ffmpeg."""
    folder = tmp_path_factory.mktemp("noise")
    minute = folder / "minute.mkv"
    picture = ("-f", "lavfi", "-i", "color=c=teal:s=160x90:r=1")
    sound = ("-f", "lavfi", "-i", "anoisesrc=r=16000:a=0.2")
    form = ("-c:v", "mpeg4", "-c:a", "aac", "-b:a", "32k", "-ac", "1", "-t", "60")
    run("ffmpeg", "-v", "error", *picture, *sound, *form, str(minute))

    def make(minutes):
        path = folder / f"{minutes}.mkv"
        run("ffmpeg", "-v", "error", "-y", "-stream_loop", str(minutes - 1), "-i", str(minute), "-c", "copy", str(path))
        return path.read_bytes()

    return make
