"""Replies to journals, over a connection of their own: the number up to which index has applied their events."""

import dataclasses
import json
from typing import Any

import pika

from winnow_contracts.events import EventBatch, Watermark
from winnow_contracts.json_codec import to_json


class WatermarkReplies:
    """Answers batches with watermarks, best effort: the journal asks again for a lost one.

    The replies do not use the consuming connection, because a broker in alarm reads nothing more from a connection that
    publishes, not even acks. The backlog that raised the alarm could then never be worked off.
    """

    def __init__(self, parameters: pika.URLParameters) -> None:
        self._connection = pika.BlockingConnection(parameters)
        self._blocked = False
        self._connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
        self._connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
        self._channel = self._connection.channel()

    def send(self, reply_to: str, batch: EventBatch, watermark: Watermark) -> None:
        """Send the journal its watermark, unless the broker blocks publishers now."""
        self.look()
        if self._blocked:
            return
        answer: Any = to_json(dataclasses.replace(watermark, batch_seq=batch.last_seq))
        self._channel.basic_publish("", reply_to, json.dumps(answer).encode())

    def look(self) -> None:
        """Serve the connection: heartbeats, and whether the broker blocks it."""
        self._connection.process_data_events(time_limit=0)

    def close(self) -> None:
        """Close the connection."""
        if self._connection.is_open:
            self._connection.close()

    def _set_blocked(self, blocked: bool) -> None:
        self._blocked = blocked
