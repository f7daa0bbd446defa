-- Tasks that ended, by slice of time. They are found by when they were sent, as lists of tasks are.
SELECT (ended_ms - %(since_ms)s) / %(slice_ms)s AS slice,
       count(*) FILTER (WHERE state = 'completed') AS completed, count(*) FILTER (WHERE state = 'dead') AS dead
FROM task_log
WHERE coalesce(enqueued_ms, started_ms, ended_ms, 0) >= %(sent_ms)s
  AND ended_ms >= %(since_ms)s AND ended_ms < %(until_ms)s
GROUP BY slice
