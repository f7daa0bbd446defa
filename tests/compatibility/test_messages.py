import json

import pika

from winnow_chassis.broker.messages import inbound
from winnow_contracts import queues
from winnow_contracts.commands import COMMANDS
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.events import EventBatch, EventKind, TaskEvent
from winnow_contracts.json_codec import from_json, to_json
from winnow_journal.codec import decode

LANES_SINCE = {"ai.transcribe_audio": "ai.speech", "ai.classify_photo": "ai.vision"}
"""Commands that this version sends in other lanes. Ai still takes what waits in the old ones."""


def opened(message):
    properties = pika.BasicProperties(headers=message["headers"], message_id=message["message_id"])
    return inbound(message["body"].encode(), properties)


def test_every_old_command_is_opened_with_the_identity_and_fields_it_was_sent_with(kept):
    commands = kept("messages.json")["commands"]
    for one in commands:
        envelope, sent = opened(one["message"]), one["envelope"]
        payload = sent.pop("payload")
        # What a command has gained since has its default.
        assert {**envelope.payload(), **payload} == envelope.payload()
        assert envelope.possible_duplicate == sent.pop("again")
        lane = sent.pop("queue")
        assert lane in queues.LANES
        assert envelope.queue == LANES_SINCE.get(envelope.actor, lane)
        assert {name: getattr(envelope, name) for name in sent} == sent
    assert {one["envelope"]["actor"] for one in commands} <= set(COMMANDS)


def test_an_opened_old_command_has_the_headers_it_came_with(kept):
    for one in kept("messages.json")["commands"]:
        assert opened(one["message"]).headers() == one["message"]["headers"]


def test_an_old_batch_of_events_is_read_whole(kept):
    body = kept("messages.json")["events_batch"]["body"]
    batch = decode(EventBatch, body)
    assert to_json(batch) == json.loads(body)
    assert [one.event.kind for one in batch.events] == ["enqueued", "started", "step_done", "completed"]


def test_an_old_live_event_is_read_whole(kept):
    body = kept("messages.json")["live_event"]["body"]
    event = decode(TaskEvent, body)
    assert to_json(event) == json.loads(body)
    assert (event.kind, event.detail) == (EventKind.PROGRESS, {"stage": "check", "done": 0.25})


def test_old_news_of_control_is_read_whole(kept):
    body = kept("messages.json")["control"]["body"]
    assert from_json(ControlMessage, json.loads(body)) == ControlMessage(kind=ControlKind.CANCEL, name="job_r", run=1)
