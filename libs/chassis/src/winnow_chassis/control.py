"""What people asked of running work, as a node knows it: cancelled jobs and paused lanes."""

import json
import logging
import threading
import time
from typing import Any

import pika
from pika.exceptions import AMQPError

from winnow_chassis.internal_http import InternalClient
from winnow_chassis.messages import Outbound
from winnow_chassis.publisher import Publisher
from winnow_chassis.topology import parameters
from winnow_contracts import faults, queues
from winnow_contracts.control import ControlKind, ControlNews, ControlSet
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import WinnowError
from winnow_contracts.wire import from_json, to_json
from winnow_journal.protocol import Journal
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)
_FETCH_SECONDS = 30.0
_FLAG = "control"


def announce(publisher: Publisher, news: ControlNews) -> None:
    """Tell all nodes at once, best effort: index keeps the set, and every node asks it now and then."""
    body = json.dumps(to_json(news)).encode()
    publisher.publish(Outbound(exchange=queues.CONTROL_EXCHANGE, routing_key="", body=body, durable=False))


class Control:
    """Index's set, fetched on connect and every half minute, kept in the journal, and kept fresh by news.

    One thread fetches and hears, so that an old answer never overwrites newer news: index has written a change before
    anyone tells of it.
    """

    def __init__(self, journal: Journal, index: InternalClient, amqp_url: str, node: str) -> None:
        self._journal = journal
        self._index = index
        self._parameters = parameters(amqp_url, f"{node} control")
        kept = journal.flag(_FLAG)
        self._set = from_json(ControlSet, json.loads(kept)) if kept else ControlSet()
        self._fetch_due = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)

    def start(self) -> None:
        """Hear and fetch in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join(timeout=5)

    def is_cancelled(self, envelope: Envelope) -> bool:
        """Whether the run that the task belongs to is cancelled."""
        return envelope.run <= self._set.cancelled.get(envelope.command.job_id, 0)

    def is_paused(self, lane: str) -> bool:
        """Whether nothing of the lane is to run."""
        return lane in self._set.paused

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (AMQPError, OSError) as error:
                _LOG.debug("News of cancellations is not heard.", extra={"error": repr(error)})
                self._fetch_if_due()
                self._stop.wait(1)
            except Exception:  # noqa: BLE001 - without this thread nobody would hear of a cancellation again
                _LOG.exception("Control failed in a way nobody foresaw; it goes on.")
                self._stop.wait(1)

    def _listen(self) -> None:
        connection = pika.BlockingConnection(self._parameters)
        try:
            channel = connection.channel()
            channel.exchange_declare(queues.CONTROL_EXCHANGE, "fanout", durable=True)
            name = channel.queue_declare("", exclusive=True, auto_delete=True).method.queue
            channel.queue_bind(name, queues.CONTROL_EXCHANGE)
            channel.basic_consume(name, self._heard, auto_ack=True)
            self._fetch_due = 0.0  # what was told while nobody listened
            while not self._stop.is_set() and channel.consumer_tags:
                self._fetch_if_due()
                connection.process_data_events(time_limit=0.5)
        finally:
            if connection.is_open:
                connection.close()

    def _fetch_if_due(self) -> None:
        if time.monotonic() < self._fetch_due:
            return
        try:
            fetched = from_json(ControlSet, self._index.get("/internal/v1/control"))
        except (WinnowError, TypeError, ValueError) as error:
            self._fetch_due = time.monotonic() + 1
            _LOG.debug("Index can not say what is cancelled or paused.", extra={"error": str(error)})
            return
        self._fetch_due = time.monotonic() + _FETCH_SECONDS
        self._keep(fetched)

    def _heard(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        try:
            news = from_json(ControlNews, json.loads(body))
        except (ValueError, TypeError) as error:
            _LOG.warning("News can not be read.", extra={"error": repr(error)})
            return
        faults.reach("control.heard")
        _LOG.info("News of control came.", extra={"kind": news.kind.value, "name_": news.name})
        cancelled, paused = dict(self._set.cancelled), dict(self._set.paused)
        match news.kind:
            case ControlKind.CANCEL:
                cancelled[news.name] = max(news.run, cancelled.get(news.name, 0))
            case ControlKind.PAUSE:
                paused.setdefault(news.name, now_ms())
            case ControlKind.RESUME:
                paused.pop(news.name, None)
        self._keep(ControlSet(cancelled=cancelled, paused=paused))

    def _keep(self, fresh: ControlSet) -> None:
        if fresh == self._set:
            return
        self._set = fresh
        try:
            self._journal.set_flag(_FLAG, json.dumps(to_json(fresh)))
        except JournalUnusable as error:
            # Only the copy for a start without index is old; the node's own gate tells of the journal.
            _LOG.warning("What is cancelled or paused could not be kept.", extra={"error": str(error)})
