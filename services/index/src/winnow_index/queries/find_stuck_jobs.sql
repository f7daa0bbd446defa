-- Open, and nothing was heard for long, nor is a retry's delay running, nor is it to begin later.
SELECT job_id, status, greatest(heard_ms, not_before_ms) AS heard_ms FROM job LEFT JOIN task_metadata USING (job_id)
CROSS JOIN LATERAL (
  SELECT coalesce(max(at_ms + CASE WHEN kind = 'retrying' THEN coalesce((detail->>'delay_ms')::bigint, 0) ELSE 0 END),
                  created_ms) AS heard_ms
  FROM task_event WHERE task_event.job_id = job.job_id
) AS heard
WHERE status IN ('queued', 'running') AND created_ms < %(before_ms)s AND greatest(heard_ms, not_before_ms) < %(before_ms)s
ORDER BY heard_ms LIMIT %(limit)s
