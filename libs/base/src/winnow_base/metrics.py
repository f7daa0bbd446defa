"""Declares every metric of Winnow once. Base units, no ids as labels. docs/metrics.md says who has which.

Processes that share a journal and a folder of metrics all measure the same journal: there the last reading counts.
"""

import logging
from collections.abc import Callable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_LOG = logging.getLogger(__name__)
DURATION_BUCKETS = (0.1, 0.5, 1, 5, 10, 30, 60, 120, 300)

TASKS = Counter("winnow_tasks_total", "Attempts that ended, by outcome", ["actor", "outcome"])
TASK_DURATION = Histogram("winnow_task_duration_seconds", "Time an attempt took", ["actor"], buckets=DURATION_BUCKETS)
TASK_WAIT = Histogram(
    "winnow_task_wait_seconds", "Time from enqueueing to the start", ["actor"], buckets=DURATION_BUCKETS
)
TASKS_RUNNING = Gauge("winnow_tasks_running", "Attempts running now", ["actor"])
OUTBOX_PENDING = Gauge(
    "winnow_journal_pending", "Outgoing messages that the broker has not confirmed", multiprocess_mode="mostrecent"
)
OUTBOX_OLDEST_AGE = Gauge(
    "winnow_outbox_oldest_age_seconds", "Age of the oldest of these, 0 without any", multiprocess_mode="mostrecent"
)
EVENTS_UNAPPLIED = Gauge(
    "winnow_journal_events_unapplied", "Events that index has not yet applied", multiprocess_mode="mostrecent"
)
SYNC_DELAY = Gauge(
    "winnow_journal_sync_delay_seconds", "Age of the oldest of these, 0 without any", multiprocess_mode="mostrecent"
)
JOURNAL_BYTES = Gauge("winnow_journal_bytes", "Bytes in use inside the journal's file", multiprocess_mode="mostrecent")
JOURNAL_LIMIT_BYTES = Gauge(
    "winnow_journal_limit_bytes", "Above so many bytes the node stops consuming", multiprocess_mode="mostrecent"
)
FREE_DISK_BYTES = Gauge(
    "winnow_free_disk_bytes", "Free bytes on the disk of the journal", multiprocess_mode="mostrecent"
)
COMMIT_SECONDS = Histogram(
    "winnow_journal_commit_seconds",
    "Time a durable journal commit took",
    buckets=(0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1),
)
WAL_BYTES = Gauge("winnow_journal_wal_bytes", "Size of the journal's write-ahead log", multiprocess_mode="mostrecent")
CLOCK_AHEAD = Gauge("winnow_clock_ahead_seconds", "How far the clock is ahead of index's, negative: behind")
QUEUE_DEPTH = Gauge("winnow_queue_depth", "Messages that wait in a lane for a node", ["queue"])
QUEUE_UNACKED = Gauge("winnow_queue_unacked", "Messages of a lane that nodes hold and have not ended", ["queue"])
QUEUE_OLDEST_AGE = Gauge(
    "winnow_queue_oldest_age_seconds", "Age of the lane's task that waits longest, 0 if none waits", ["queue"]
)
TASKS_DEAD = Gauge("winnow_tasks_dead", "Tasks that failed for good and were neither replayed nor discarded")
DUPLICATES = Counter("winnow_duplicates_total", "Deliveries beyond the first, by cause", ["cause"])
AI_CALLS = Counter("winnow_ai_calls_total", "Calls to the AI endpoint", ["model", "outcome"])
AI_TOKENS = Counter("winnow_ai_tokens_total", "Tokens paid for, in and out", ["model", "direction"])
AI_COST = Counter("winnow_ai_cost_usd_total", "US dollars spent at the prices that are set", ["model"])
CACHE_HITS = Counter("winnow_cache_hits_total", "Answers found without a call, and files without a fetch", ["cache"])
WEBHOOK_TRIES = Counter(
    "winnow_webhook_tries_total", "Tries of deliveries, by the delivery's state after it", ["outcome"]
)
WEBHOOK_PENDING = Gauge("winnow_webhook_deliveries_pending", "Deliveries that have not ended")
WEBHOOK_OLDEST_AGE = Gauge("winnow_webhook_oldest_age_seconds", "Age of the oldest of these, 0 without any")
FEED_LOOKS = Counter("winnow_feed_looks_total", "Looks at feeds", ["outcome"])
FEED_EPISODES = Counter("winnow_feed_episodes_total", "New episodes that looks took")
LINK_FETCHES = Counter("winnow_link_fetches_total", "Attempts to fetch what a link leads to", ["outcome"])
LINK_BYTES = Counter("winnow_link_bytes_total", "Bytes of the files that were fetched")
HTTP_DURATION = Histogram(
    "winnow_http_request_duration_seconds", "Time an HTTP request took", ["route", "status"], buckets=DURATION_BUCKETS
)


_readings: list[Callable[[], None]] = []


def read_before_scrapes(reading: Callable[[], None]) -> Callable[[], None]:
    """Call ``reading`` before each exposition: it sets gauges that are measured and not counted.

    Returns the function that ends it.
    """
    _readings.append(reading)
    return lambda: _readings.remove(reading)


def exposition() -> bytes:
    """Every metric in Prometheus's text form, summed over all processes if they share a folder.

    A reading that fails is logged, and its gauges keep their last values.
    """
    for reading in tuple(_readings):
        try:
            reading()
        except Exception:  # noqa: BLE001 - whoever watches a node in trouble needs the other metrics most
            _LOG.exception("A metric could not be read.")
    shared = CollectorRegistry()
    try:
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    except ValueError:
        # No folder is shared between processes: this process is the only one.
        return generate_latest(REGISTRY)
    return generate_latest(shared)
