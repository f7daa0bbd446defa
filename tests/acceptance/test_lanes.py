"""Kinds of AI work do not wait for each other: each has a lane with threads of its own."""

import io
import wave

import pytest

from winnow_harness.fixtures.drills import DrillStack, until
from winnow_harness.fixtures.photos import drawn

RECORDINGS = 10
THREADS = 2


@pytest.fixture(scope="module")
def one_ai_stack(tmp_path_factory):
    """A stack with one ai node, of which few threads transcribe."""
    variables = {
        "WINNOW_AI_SPEECH_THREADS": str(THREADS),
        "WINNOW_AI_TRANSCRIPTION_TIMEOUT_SECONDS": "600",  # no call that hangs is given up
    }
    stack = DrillStack(tmp_path_factory.mktemp("lanes"), variables)
    try:
        stack.start()
        yield stack
    finally:
        stack.close()


@pytest.fixture
def nodes_stack(one_ai_stack):
    """The stack of ``nodes`` and ``nodes_api`` is this one here."""
    return one_ai_stack


def test_a_photo_begins_and_ends_while_every_speech_thread_is_busy_and_recordings_wait(nodes, nodes_api, clip):
    with nodes.endpoint.hang("sound"):
        sounds = [nodes_api.accept(shortened(clip, n), f"{n}.wav")["job_id"] for n in range(RECORDINGS)]
        until(
            lambda: nodes.endpoint.hanging == THREADS and nodes.depths()["ai.speech"] == RECORDINGS - THREADS,
            "not every speech thread is busy, with the other recordings in line",
            200,
        )
        photo = nodes_api.wait(nodes_api.send_photo(drawn("beside speech"), "thing.jpg").json()["job_id"])
        assert photo["status"] == "done", photo
        assert nodes.endpoint.hanging == THREADS
        assert nodes.depths()["ai.speech"] == RECORDINGS - THREADS
    ended = nodes.ended(sounds)
    assert {job["status"] for job in ended.values()} == {"done"}
    classified = ended_ms(nodes_api, photo["id"], "ai.classify_photo")
    assert classified < min(ended_ms(nodes_api, job, "ai.transcribe_audio") for job in sounds)


def ended_ms(api, job, actor):
    """When the task's last attempt ended; index may hear of that after the result."""

    def ask():
        tasks = [task for task in api.trace(job)["tasks"] if task["actor"] == actor]
        return tasks and tasks[0]["attempts"][-1]["ended_at"]

    return until(ask, f"the end of {actor} is not told of")


def shortened(clip, n):
    """The clip without its last ``n`` tenths of a second: every number gives another recording."""
    with wave.open(str(clip)) as sound:
        kept = sound.readframes(sound.getnframes() - n * sound.getframerate() // 10)
        form = sound.getparams()
    out = io.BytesIO()
    with wave.open(out, "wb") as cut:
        cut.setparams(form)
        cut.writeframes(kept)
    return out.getvalue()
