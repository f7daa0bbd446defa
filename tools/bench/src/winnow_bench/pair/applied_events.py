"""Answers batches of events as index does once it has stored them, but stores nothing: ``python -m`` with a broker."""

import os
import signal
from collections.abc import Sequence

from winnow_chassis.broker.event_consumer import EventConsumer
from winnow_contracts.events import EventBatch, Watermark

URL = "BENCH_AMQP_URL"


def apply(batches: Sequence[EventBatch]) -> list[Watermark]:
    """Index's answers to batches that it has applied whole."""
    return [
        Watermark(
            journal_id=batch.journal_id,
            applied_seq=batch.events[-1].seq if batch.events else batch.previous_seq,
            keeps_commands=True,
        )
        for batch in batches
    ]


def main() -> None:
    """Answer until SIGTERM."""
    consumer = EventConsumer(os.environ[URL], apply)
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
    consumer.start()
    signal.sigwait((signal.SIGTERM, signal.SIGINT))
    consumer.stop()


if __name__ == "__main__":
    main()
