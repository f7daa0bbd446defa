"""Replies to journals: up to which event index has applied them, over a connection of their own."""

import dataclasses
import json
from typing import Any

import pika

from winnow_contracts.events import EventBatch, Watermark
from winnow_contracts.json_codec import to_json


class WatermarkReplies:
    """Answers batches with watermarks, best effort: a lost one is asked for again.

    Apart from the consuming connection, because a broker in alarm reads nothing more of a connection that publishes,
    not even acks: the backlog that raised the alarm could then never be worked off.
    """

    def __init__(self, parameters: pika.URLParameters) -> None:
        self._connection = pika.BlockingConnection(parameters)
        self._blocked = False
        self._connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
        self._connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
        self._channel = self._connection.channel()

    def send(self, reply_to: str, batch: EventBatch, watermark: Watermark) -> None:
        """Tell the journal up to where its events are stored, unless the broker takes no messages now."""
        self.look()
        if self._blocked:
            return
        last_seq = batch.events[-1].seq if batch.events else batch.previous_seq
        answer: Any = to_json(dataclasses.replace(watermark, batch_seq=last_seq))
        self._channel.basic_publish("", reply_to, json.dumps(answer).encode())

    def look(self) -> None:
        """Take in what the broker says: heartbeats, and whether it blocks."""
        self._connection.process_data_events(time_limit=0)

    def close(self) -> None:
        """Close the connection."""
        if self._connection.is_open:
            self._connection.close()

    def _set_blocked(self, blocked: bool) -> None:
        self._blocked = blocked
