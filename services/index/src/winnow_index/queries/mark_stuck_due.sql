-- Commands of jobs of which nothing was heard for long, where no line of waiting messages explains it. Of a job of which only
-- the outcome is told nothing is heard while its task waits, nor while it runs: it may be silent for twice as long.
WITH silent AS (
  SELECT job_id FROM job
  CROSS JOIN LATERAL (SELECT max(at_ms) AS heard_ms FROM task_event WHERE task_event.job_id = job.job_id) AS heard
  WHERE status IN ('queued', 'running') AND created_ms < %(before_ms)s
    AND coalesce(heard_ms, created_ms) < %(before_ms)s
)
UPDATE open_command SET due_ms = %(now_ms)s, forced = true
WHERE due_ms IS NULL
  AND kept_ms < %(before_ms)s - CASE envelope#>>'{headers,track}' WHEN 'outcome' THEN %(silent_ms)s ELSE 0 END
  AND coalesce(sent_ms, 0) < %(before_ms)s
  AND not_before_ms < %(before_ms)s AND queue = ANY (%(queues)s) AND job_id IN (SELECT job_id FROM silent)
