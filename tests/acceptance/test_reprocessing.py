"""A served recording is processed again, on real parts, and served meanwhile and afterwards."""

import json

from winnow_harness.fixtures.drills import until


def test_a_recording_is_embedded_and_heard_again(nodes, nodes_api, clip):
    made = nodes_api.accept(clip.read_bytes(), "again.wav")
    media, job_id = f"/v1/media/{made['media_id']}", made["job_id"]
    assert nodes_api.wait(job_id)["status"] == "done"
    transcript = nodes_api.readable(f"{media}/transcript")
    for run, stage in enumerate(("embed", "transcribe"), 2):
        answer = nodes_api.post(f"{media}/reprocess", {"from": stage})
        assert answer.status == 202, answer.data
        until(lambda run=run: nodes_api.job(job_id)["run"] == run, "the run did not begin")
        assert nodes_api.wait(job_id)["status"] == "done"
        assert nodes_api.readable(media)["status"] == "ready"
        assert nodes_api.readable(f"{media}/transcript") == transcript
        begun = until(lambda run=run: whole_run(nodes_api.trace(job_id), run), "the run's history is not complete")
        heard = {"ai.transcribe_audio"} if stage == "transcribe" else set()
        assert begun - {"index.replay_task"} == {"ai.embed_transcript", "index.store_recording"} | heard
    word = transcript["segments"][0]["text"].split()[0]
    assert made["media_id"] in [media_id for media_id, _ in nodes_api.moments(json.dumps(word))]


def test_all_that_match_are_processed_again_and_counted_first(nodes_api, clip):
    made = nodes_api.accept(clip.read_bytes(), "heron at dawn.wav")
    nodes_api.accept(clip.read_bytes(), "another.wav")
    assert nodes_api.wait(made["job_id"])["status"] == "done"
    wanted = {"filter": {"q_title": "heron dawn"}, "from": "embed"}
    counted = nodes_api.post("/v1/media:reprocess", {**wanted, "dry_run": True}).json()
    assert (counted["matches"], counted["done"]) == ({"value": 1, "relation": "eq"}, 0)
    done = nodes_api.post("/v1/media:reprocess", wanted).json()
    assert (done["done"], done["refused"], done["next_cursor"]) == (1, 0, None)
    until(lambda: nodes_api.job(made["job_id"])["run"] == 2, "the run did not begin")
    assert nodes_api.wait(made["job_id"])["status"] == "done"
    begun = until(lambda: whole_run(nodes_api.trace(made["job_id"]), 2), "the run's history is not complete")
    assert "ai.embed_transcript" in begun


def whole_run(trace, run):
    """The actors of a run once index has heard of its end; events arrive a moment after the result."""
    tasks = {task["actor"]: task["state"] for task in trace["tasks"] if task["run"] == run}
    return set(tasks) if tasks.get("index.store_recording") == "completed" else None
