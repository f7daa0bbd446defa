"""Captions are taken as what is said: on real parts, without one call of a speech model."""

import subprocess

from winnow_harness.fixtures.drills import until

SRT = """1
00:00:00,000 --> 00:00:01,000
<i>Rinse the amphora</i>

2
00:00:01,000 --> 00:00:02,000
and fold the wombat.
"""
LATER = "WEBVTT\n\n00:00.500 --> 00:01.500\nCrush the dodecahedron.\n"


def test_captions_beside_a_recording_are_found_and_no_speech_is_paid(nodes, nodes_api, clip):
    heard = heard_before(nodes)
    made = nodes_api.send_form(clip.read_bytes(), "talk.wav", captions=("talk.en.srt", SRT))
    assert nodes_api.wait(made["job_id"])["status"] == "done"
    media = f"/v1/media/{made['media_id']}"
    transcript = nodes_api.readable(f"{media}/transcript")
    assert (transcript["source"], transcript["language"]) == ("captions", "en")
    assert "Rinse the amphora" in nodes_api.get(f"{media}/transcript.vtt").data.decode()
    assert made["media_id"] in [media_id for media_id, _ in nodes_api.moments('"fold the wombat"')]
    actors = {task["actor"] for task in nodes_api.settled_trace(made["job_id"])["tasks"]}
    assert "ai.transcribe_audio" not in actors
    again(nodes_api, made, "POST", f"{media}/reprocess", {"from": "transcribe"}, run=2)
    assert nodes_api.readable(f"{media}/transcript") == transcript
    assert heard_before(nodes) == heard

    again(nodes_api, made, "POST", f"{media}/reprocess", {"from": "transcribe", "replace_captions": True}, run=3)
    assert nodes_api.readable(f"{media}/transcript")["source"] == "speech"


def test_a_silent_film_gets_captions_and_later_others(nodes, nodes_api, tmp_path):
    heard = heard_before(nodes)
    film = tmp_path / "film.mp4"
    picture = ("-f", "lavfi", "-i", "color=c=teal:s=320x180:r=10:d=2", "-pix_fmt", "yuv420p")
    subprocess.run(["ffmpeg", "-v", "error", *picture, str(film)], check=True, capture_output=True)
    made = nodes_api.send_form(film.read_bytes(), "film.mp4", captions=("film.en.srt", SRT))
    assert nodes_api.wait(made["job_id"])["status"] == "done"
    assert made["media_id"] in [media_id for media_id, _ in nodes_api.moments('"rinse the amphora"')]
    media = f"/v1/media/{made['media_id']}"
    again(nodes_api, made, "PUT", f"{media}/captions/en", LATER, run=2)
    transcript = nodes_api.readable(f"{media}/transcript")
    assert [(one["text"], one["start_ms"]) for one in transcript["segments"]] == [("Crush the dodecahedron.", 500)]
    assert made["media_id"] in [media_id for media_id, _ in nodes_api.moments("dodecahedron")]

    bare = nodes_api.accept(film.read_bytes(), "bare.mp4")
    assert nodes_api.wait(bare["job_id"])["status"] == "done"
    again(nodes_api, bare, "PUT", f"/v1/media/{bare['media_id']}/captions/en", LATER, run=2)
    assert nodes_api.readable(f"/v1/media/{bare['media_id']}/transcript")["source"] == "captions"
    assert heard_before(nodes) == heard


def heard_before(nodes):
    """How many calls of the speech model the endpoint has got so far."""
    return sum(purchase.kind == "piece" for purchase in nodes.endpoint.purchases)


def again(api, made, method, path, body, *, run):
    """Asks for a further run and waits for its end."""
    answer = api.post(path, body) if method == "POST" else api.put(path, body.encode())
    assert answer.status == 202, answer.data
    until(lambda: api.job(made["job_id"])["run"] == run, "the run did not begin")
    assert api.wait(made["job_id"])["status"] == "done"
