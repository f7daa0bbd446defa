"""A link becomes a recording: fetched by media alone, once, whatever dies meanwhile, and its secret is nowhere."""

import io
import json
import signal
import wave

import pytest

from winnow_base.objects.s3 import S3ObjectStore
from winnow_harness.fixtures.drills import until
from winnow_harness.fixtures.file_server import FileServer, Served

MEDIA = ("media", "media-2")
PART = 5 << 20
SECRET = "Signature=hushhush"


@pytest.fixture
def server():
    made = FileServer()
    yield made
    made.close()


@pytest.fixture
def objects(nodes):
    secret = {name: (nodes.home.secrets / name).read_text().strip() for name in ("s3-access-key", "s3-secret-key")}
    return S3ObjectStore(
        endpoint=nodes.statuses()["s3"].url.removeprefix("http://"),
        access_key=secret["s3-access-key"],
        secret_key=secret["s3-secret-key"],
        bucket="winnow",
        region="us-east-1",
        secure=False,
    )


def sound(seconds):
    file = io.BytesIO()
    with wave.open(file, "wb") as sink:
        sink.setnchannels(2)
        sink.setsampwidth(2)
        sink.setframerate(44_100)
        sink.writeframes(bytes(range(256)) * (44_100 * 4 * seconds // 256))
    return file.getvalue()


def send_link(nodes, url, **fields):
    status, answer = nodes.call("POST", "/v1/media", {"source_url": url, **fields})
    assert status == 202, answer
    return answer


def test_a_link_whose_fetching_is_killed_half_way_is_one_whole_recording(nodes, nodes_api, server, objects):
    content = sound(70)
    assert len(content) > 2 * PART
    server.files["/talk.wav"] = Served(content=content, etag='"1"', held_after=PART + 100_000)
    sent = send_link(nodes, server.url(f"/talk.wav?{SECRET}"), title="Episode 7")
    until(lambda: server.asked, "nobody asked for the file")
    until(lambda: fetch_steps(nodes_api, sent), "no version was begun")
    for node in MEDIA:
        nodes.signal(node, signal.SIGKILL)
    server.files["/talk.wav"].held_after = None
    server.released.set()
    job = nodes_api.wait(sent["job_id"])
    assert job["status"] == "done", job
    assert [stage["name"] for stage in job["stages"]] == [
        "fetch",
        "check",
        "audio",
        "transcribe",
        "understand",
        "store",
    ]
    assert len(server.asked) >= 2

    media = nodes_api.readable(f"/v1/media/{sent['media_id']}")
    assert (media["title"], media["size_bytes"], media["content_type"]) == ("Episode 7", len(content), "audio/wav")
    assert nodes_api.get(f"/v1/media/{sent['media_id']}/stream").data == content
    for told in (nodes_api.settled_trace(sent["job_id"]), nodes.call("GET", "/v1/ops/tasks?limit=100")[1]):
        assert "hushhush" not in json.dumps(told)
    logs = b"".join(path.read_bytes() for path in nodes.home.logs.rglob("*") if path.is_file())
    assert b"winnow" in logs
    assert b"hushhush" not in logs
    prefix = f"in/t/default/{sent['media_id']}/"
    until(lambda: len(list(objects.keys(prefix))) == 1, "the link, or what a killed node left, was not swept", 60)


def test_a_link_to_this_machine_by_way_of_a_redirect_fails_by_name(nodes, nodes_api, server):
    server.files["/led"] = Served(status=302, headers={"Location": "https://localhost/talk.wav"})
    job = nodes_api.wait(send_link(nodes, server.url("/led"))["job_id"])
    assert (job["status"], job["error"]["code"]) == ("failed", "url-not-allowed")


def test_a_cancelled_link_is_fetched_no_further(nodes, nodes_api, server):
    server.files["/slow.wav"] = Served(content=sound(70), held_after=100_000)
    sent = send_link(nodes, server.url("/slow.wav"))
    until(lambda: server.asked, "nobody asked for the file")
    assert nodes.call("POST", f"/v1/jobs/{sent['job_id']}/cancel")[0] in (200, 202)
    until(lambda: nodes_api.job(sent["job_id"])["status"] == "cancelled", "it was not cancelled")
    server.released.set()
    nodes.drained()
    assert len(server.asked) == 1


def fetch_steps(api, sent):
    return [
        step
        for task in api.trace(sent["job_id"])["tasks"]
        for step in task.get("steps", ())
        if step["name"].startswith("version")
    ]
