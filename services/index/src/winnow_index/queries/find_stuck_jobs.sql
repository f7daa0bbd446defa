-- Open, and nothing was heard for long, nor is a retry's delay running.
SELECT job_id, status, heard_ms FROM job
CROSS JOIN LATERAL (
  SELECT coalesce(max(at_ms + CASE WHEN kind = 'retrying' THEN coalesce((detail->>'delay_ms')::bigint, 0) ELSE 0 END),
                  created_ms) AS heard_ms
  FROM task_event WHERE task_event.job_id = job.job_id
) AS heard
WHERE status IN ('queued', 'running') AND created_ms < %(before_ms)s AND heard_ms < %(before_ms)s
ORDER BY heard_ms LIMIT %(limit)s
