"""A watched folder on real parts: each file becomes one recording, whatever is forgotten between."""

import json
import os
import shutil
import subprocess
import sys

SRT = "1\n00:00:00,000 --> 00:00:01,000\nSort the marmalade.\n"


def test_each_file_of_a_folder_becomes_one_recording(nodes, nodes_api, clip, tmp_path):
    shutil.copy(clip, tmp_path / "heard.wav")
    shutil.copy(clip, tmp_path / "sent.wav")
    with (tmp_path / "sent.wav").open("ab") as file:
        file.write(b"\0\0")  # another content
    (tmp_path / "sent.en.srt").write_text(SRT, encoding="utf-8")
    (tmp_path / "letter.mp4").write_text("Dear reader", encoding="utf-8")
    code, events = watch(nodes, tmp_path)
    assert code == 1
    sent = {event["file"]: event for event in events if event["event"] == "sent"}
    assert set(sent) == {"heard.wav", "sent.wav"}
    assert sent["sent.wav"]["captions"] == "sent.en.srt"
    assert [event["error"]["code"] for event in events if event["event"] == "refused"] == ["unsupported-type"]
    assert {event["file"] for event in events if event["event"] == "done"} == set(sent)
    sources = {
        name: nodes_api.readable(f"/v1/media/{event['media_id']}/transcript")["source"] for name, event in sent.items()
    }
    assert sources == {"heard.wav": "speech", "sent.wav": "captions"}

    (tmp_path / ".winnow-watch.json").unlink()
    (tmp_path / "heard.wav").rename(tmp_path / "renamed.wav")
    _, again = watch(nodes, tmp_path)
    assert {(event["event"], event["file"]) for event in again if event["event"] != "refused"} == {
        ("known", "renamed.wav"),
        ("sent", "sent.wav"),
        ("done", "sent.wav"),
    }
    assert [event["media_id"] for event in again if event["event"] == "sent"] == [sent["sent.wav"]["media_id"]]
    assert watch(nodes, tmp_path) == (0, [])


def watch(nodes, folder):
    """Looks at the folder once with the command; returns its exit code and events."""
    program = "import sys; from winnow_cli.main import main; main(sys.argv[1:])"
    words = ["watch", str(folder), "--once", "--rest", "0", "--every", "0.2", "--json"]
    named = {"WINNOW_URL": nodes.gateway_url, "WINNOW_API_KEY": nodes.key}
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=os.environ | named,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]
