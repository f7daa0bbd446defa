"""A large recording that ./winnow add sends in parts: killed twice, it goes on, and sends what is missing."""

import json
import os
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from winnow_harness.fixtures.drills import until

from .conftest import ENDED

WINNOW = Path(sys.executable).with_name("winnow")
PART_BYTES = 16 << 20
KILLS = 2
SIZE_BYTES = int(float(os.environ.get("WINNOW_LARGE_UPLOAD_GB", "0.12")) * 1e9)


@pytest.fixture
def large(clip, tmp_path):
    """The clip as m4a, with so many bytes behind it that it has the wanted size."""
    path = tmp_path / "long talk.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(clip), "-c:a", "aac", str(path)], check=True, timeout=100)
    with path.open("ab") as file:
        left = SIZE_BYTES - file.tell()
        while left > 0:
            box = min(left, 1 << 24)
            file.write(struct.pack(">I4s", box, b"free") + os.urandom(box - 8))
            left -= box
    return path


@pytest.fixture
def adding(stack, large):
    """Begins the command, as often as asked."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WINNOW_")}
    named = {"WINNOW_URL": stack.gateway_url, "WINNOW_API_KEY_FILE": str(stack.home.admin_key)}
    began = []

    def begin():
        line = (str(WINNOW), "add", "--detach", "--json", str(large))
        process = subprocess.Popen(line, env=inherited | named, stdout=subprocess.PIPE, text=True)
        began.append(process)
        return process

    yield begin
    for process in began:
        process.kill()
        process.communicate()


def parts_put(stack):
    """How many parts the gateway has stored, as its metrics count them."""
    request = urllib.request.Request(f"{stack.gateway_url}/metrics", headers={"Authorization": f"Bearer {stack.key}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        shown = answer.read().decode()
    lines = [line for line in shown.splitlines() if "/parts/{part}" in line and 'status="200"' in line]
    return sum(int(float(line.split()[-1])) for line in lines if "_count{" in line)


def memory_bytes(stack):
    """What the gateway's processes hold together, without what they share."""
    home, held = str(stack.home.node("gateway")).encode(), 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if home in (process / "environ").read_bytes():
                rows = dict(line.split(":") for line in (process / "smaps_rollup").read_text().splitlines()[1:])
                held += sum(int(rows[name].split()[0]) << 10 for name in ("Private_Clean", "Private_Dirty"))
        except OSError:
            continue  # it ended meanwhile
    return held


def test_a_large_file_whose_command_is_killed_twice_goes_on_and_the_gateway_holds_little(stack, api, adding, large):
    size_bytes = large.stat().st_size
    part_count = -(-size_bytes // PART_BYTES)
    before = memory_bytes(stack)
    assert before, "no process of the gateway was found"
    peak = before
    for kill in range(1, KILLS + 1):
        process = adding()
        while parts_put(stack) < kill * part_count // 3:
            assert process.poll() is None, "it ended before it was killed"
            peak = max(peak, memory_bytes(stack))
        process.kill()
        process.wait()
    process = adding()
    while process.poll() is None:
        peak = max(peak, memory_bytes(stack))
        time.sleep(0.05)
    [added] = json.loads(process.stdout.read())
    assert added.get("error") is None, added
    print(f"{size_bytes} bytes: the gateway held {before >> 20} MiB before, and {peak >> 20} MiB at most")
    # The part that is under way at a kill may be stored while the next command already asks what is: it is sent twice.
    assert part_count <= parts_put(stack) <= part_count + KILLS, "parts were sent again, or are missing"
    assert peak - before < 64 << 20, "parts are not streamed"

    def ended():
        job = api.get(f"/v1/jobs/{added['job_id']}").json()
        return job if job["status"] in ENDED else None

    job = until(ended, "the job did not end", 600)
    assert job["status"] == "done", job
    media = api.readable(f"/v1/media/{added['media_id']}")
    assert (media["size_bytes"], media["filename"]) == (size_bytes, large.name)
