"""The schedules of the fleet. Their work is put beside them in ``work.py``."""

from winnow_index.schedules.schedule import Schedule

_EVERY_MINUTE_DAYS = 2
"""How long runs are kept that are one of 1,440 a day."""

RETENTION = Schedule(
    name="retention",
    cron="0 0 * * *",
    what="Drops what is older than it is kept of the history of jobs, schedules, queues, limits and deliveries.",
    attempts=5,
)
ORPHAN_SWEEP = Schedule(
    name="orphan-sweep",
    cron="30 0 * * *",
    what="Removes objects that no result names; the hourly sweep does the same between.",
    attempts=5,
)
UPLOAD_SWEEP = Schedule(
    name="upload-sweep",
    cron="20 * * * *",
    what="Gives up uploads in parts that nobody completed within a day, and removes what was sent of them.",
)
WEEKLY_REPORT = Schedule(
    name="weekly-report",
    cron="0 9 * * 1",
    what="Reports last week's jobs, failures, time, AI use and cost, and posts it where a webhook is set.",
    attempts=5,
)
RECONCILIATION = Schedule(
    name="reconciliation",
    cron="*/5 * * * *",
    what="Sends the commands of jobs again of which nothing was heard for long, where nothing waits in their lane.",
)
QUEUE_STATISTICS = Schedule(
    name="queue-statistics",
    cron="* * * * *",
    what="Keeps how much waits in each lane and at each AI endpoint, who takes it, and how long the oldest has waited.",
    keep_days=_EVERY_MINUTE_DAYS,
)
HOURLY_SUMS = Schedule(
    name="hourly-sums",
    cron="*/5 * * * *",
    what="Sums the tasks of hours that are over, for the overview and statistics, and of those that changed since.",
)
FEEDS = Schedule(
    name="feeds",
    cron="* * * * *",
    what="Begins the looks at podcast feeds that are due, each account's first before anybody's second.",
    keep_days=_EVERY_MINUTE_DAYS,
)
RESPONSE_CACHE = Schedule(
    name="response-cache",
    cron="45 */6 * * *",
    what="Counts the AI answers that are kept, and removes the oldest where they take more than they may.",
    attempts=5,
)
SCHEDULES = (
    QUEUE_STATISTICS,
    RECONCILIATION,
    HOURLY_SUMS,
    RETENTION,
    ORPHAN_SWEEP,
    UPLOAD_SWEEP,
    FEEDS,
    RESPONSE_CACHE,
    WEEKLY_REPORT,
)
