import dataclasses

import pytest

from winnow_contracts import queues
from winnow_contracts.commands import COMMANDS, Examine, RecordingFiles, StoreRecording
from winnow_contracts.envelope import Envelope, Undecodable, UnknownActor, from_text, open_envelope, to_text
from winnow_contracts.identity import new_traceparent
from winnow_contracts.job_options import Track
from winnow_contracts.queues import Priority

EXAMINE = Examine(tenant_id="t", job_id="job_1", media_id="med_1", original_key="k", filename="한글.mp4", size_bytes=3)


def test_an_envelope_survives_the_way_through_text():
    files = RecordingFiles(original_key="k", duration_ms=5, has_video=True, warnings=("a", "b"))
    command = StoreRecording(tenant_id="t", job_id="j", media_id="m", files=files, embedded_key=None)
    envelope = Envelope(
        command=command, run=2, retry=1, created_ms=10, not_before_ms=20, attempt_id="a", traceparent=new_traceparent()
    )
    assert from_text(to_text(envelope)) == envelope


def test_a_copy_that_only_waited_for_its_turn_spends_nothing_and_carries_the_turn():
    deferred = Envelope(command=EXAMINE, retry=1).retried(retry=2, not_before_ms=5, turn_ms=9)
    assert (deferred.spent, deferred.turn_ms) == (1, 9)
    assert from_text(to_text(deferred)) == deferred
    looking = deferred.retried(retry=3, deferred=True)
    assert (looking.spent, looking.turn_ms) == (1, 0)
    failed = deferred.retried(retry=3)
    assert (failed.spent, failed.turn_ms) == (2, 0)


def test_only_a_copy_that_was_published_again_carries_its_moment_and_its_retry_copy_does_not():
    again = Envelope(command=EXAMINE, possible_duplicate=True, again_ms=7)
    assert from_text(to_text(again)) == again
    assert "again_ms" not in Envelope(command=EXAMINE).headers()
    assert again.retried(retry=1, possible_duplicate=True).again_ms == 0


def test_a_copy_that_is_to_run_alone_says_so_and_so_do_those_after_it():
    assert "alone" not in Envelope(command=EXAMINE).headers()
    alone = Envelope(command=EXAMINE).retried(retry=1, alone=True)
    assert from_text(to_text(alone)) == alone
    assert alone.retried(retry=2).alone


def test_every_messages_headers_carry_its_whole_identity():
    names = {"tenant_id", "job_id", "run", "task_id", "retry", "attempt_id", "not_before_ms", "traceparent"}
    assert names <= set(Envelope(command=EXAMINE).headers())


def test_the_same_child_is_the_same_task_and_a_new_run_is_a_new_one():
    first = Envelope(command=EXAMINE)
    assert first.task_id == Envelope(command=EXAMINE, retry=3).task_id
    assert first.task_id != Envelope(command=EXAMINE, run=2).task_id


def test_unknown_fields_of_a_newer_sender_are_ignored():
    envelope = Envelope(command=EXAMINE)
    opened = open_envelope(envelope.headers() | {"colour": "red"}, envelope.payload() | {"mood": "new"})
    assert opened.command == EXAMINE


def test_a_field_with_a_default_may_be_missing_from_an_older_sender():
    envelope = Envelope(command=EXAMINE)
    payload = envelope.payload()
    del payload["language"]
    assert open_envelope(envelope.headers(), payload).command == EXAMINE


def test_a_bulk_command_travels_on_the_bulk_lane_of_its_service_and_says_so():
    envelope = Envelope(command=EXAMINE, priority=Priority.BULK)
    assert envelope.queue == queues.MEDIA_BULK
    assert open_envelope(envelope.headers(), envelope.payload()) == envelope


def test_a_message_that_tells_no_priority_is_of_an_ordinary_job():
    envelope = Envelope(command=EXAMINE)
    assert "priority" not in envelope.headers()
    assert open_envelope(envelope.headers(), envelope.payload()).queue == queues.MEDIA_EXAMINE


def test_a_message_tells_how_its_job_is_tracked_and_none_tells_of_full():
    quiet = Envelope(command=EXAMINE, track=Track.OUTCOME)
    assert open_envelope(quiet.headers(), quiet.payload()) == quiet
    full = Envelope(command=EXAMINE)
    assert "track" not in full.headers()
    assert open_envelope(full.headers(), full.payload()).track is Track.FULL


@pytest.mark.parametrize("command", COMMANDS.values())
def test_every_bulk_lane_is_a_lane_of_the_same_service(command):
    lane = queues.lane_of(command.QUEUE, Priority.BULK)
    assert lane in queues.LANES
    assert lane.split(".")[0] == command.QUEUE.split(".")[0]


def test_speech_photos_and_webhooks_wait_in_lanes_of_their_own_and_all_else_of_ai_in_one():
    lanes = {command.ACTOR: command.QUEUE for command in COMMANDS.values() if command.ACTOR.startswith("ai.")}
    assert {actor: lane for actor, lane in lanes.items() if lane != "ai"} == {
        "ai.transcribe_audio": "ai.speech",
        "ai.classify_photo": "ai.vision",
        "ai.deliver_webhook": "ai.webhooks",
    }


def test_a_missing_required_field_is_undecodable():
    envelope = Envelope(command=EXAMINE)
    payload = envelope.payload()
    del payload["original_key"]
    with pytest.raises(Undecodable):
        open_envelope(envelope.headers(), payload)


def test_an_actor_of_a_newer_version_is_unknown_not_undecodable():
    envelope = Envelope(command=EXAMINE)
    with pytest.raises(UnknownActor, match="nope"):
        open_envelope(envelope.headers() | {"actor": "nope"}, envelope.payload())


@pytest.mark.parametrize("command", COMMANDS.values())
def test_every_command_names_actor_lane_and_is_a_frozen_dataclass_with_a_docstring(command):
    assert command.ACTOR.split(".")[0] == command.QUEUE.split(".")[0]
    assert command.__dataclass_params__.frozen
    assert command.__doc__ is not None
    assert " asks " in command.__doc__
    assert {"tenant_id", "job_id", "media_id"} <= {field.name for field in dataclasses.fields(command)}
