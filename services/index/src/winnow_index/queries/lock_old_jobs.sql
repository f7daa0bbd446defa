-- Jobs that ended long ago and whose history is kept, locked: nobody folds events into them meanwhile.
SELECT job_id, finished_ms FROM job
WHERE status IN ('done', 'failed', 'cancelled') AND history_dropped_ms IS NULL AND finished_ms <= %(before_ms)s
  AND (finished_ms, job_id) > (%(after_ms)s, %(after_id)s)
ORDER BY finished_ms, job_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
