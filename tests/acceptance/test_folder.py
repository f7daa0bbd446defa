"""A folder at once, some of it without any speech: all wait their turn, nothing is retried for being busy."""

import subprocess

import pytest

SOUNDS = {
    "noise": "anoisesrc=color=pink:amplitude=0.3:duration=20",
    "hum": "sine=frequency=50:duration=20",
    "silence": "anullsrc=r=16000:cl=mono:d=20",
}


@pytest.fixture
def folder(speech, tmp_path):
    """Six recordings of speech, each at a speed of its own so that nothing is known of it, and three without.

    Long enough to be measured: calls for less than five seconds of sound say nothing of the speed.
    """
    files = []
    for number in range(6):
        files.append(tmp_path / f"speech-{number}.wav")
        faster = f"atempo={1 + number / 100}"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-i", str(speech), "-t", "14", "-af", faster, str(files[-1])], check=True
        )
    for name, source in SOUNDS.items():
        files.append(tmp_path / f"{name}.wav")
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-ac", "1", "-ar", "16000", str(files[-1])]
        subprocess.run(command, check=True)
    return files


def test_a_folder_at_once_is_all_done_in_order_and_no_retry_is_spent(api, folder):
    accepted = {file.stem: api.accept(file.read_bytes(), file.name) for file in folder}
    estimated = set()
    for name, one in accepted.items():
        while (job := api.job(one["job_id"]))["status"] not in ("done", "failed", "cancelled"):
            estimated |= {each["id"] for each in api.get("/v1/jobs", limit=20).json()["items"] if each["eta"]}
        assert job["status"] == "done", (name, job)
    attempts = [
        attempt
        for one in accepted.values()
        for task in api.settled_trace(one["job_id"])["tasks"]
        for attempt in task["attempts"]
    ]
    assert {attempt["outcome"] for attempt in attempts} <= {"completed", "snoozed"}
    words = {
        name: api.get(f"/v1/media/{one['media_id']}/transcript").json()["segments"] for name, one in accepted.items()
    }
    assert [name for name, segments in words.items() if not segments] == list(SOUNDS)
    assert estimated & {one["job_id"] for one in accepted.values()}, "no recording ever told how long it would take"
