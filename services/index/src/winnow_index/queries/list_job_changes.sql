-- A tenant's changes after a position, of transactions that had all ended before ``below``. Where the job stands is asked now.
SELECT change.xid::text AS xid, n, change.job_id, change.media_id, change.run, at_ms,
       CASE WHEN change.status = 'queued' AND not_before_ms > at_ms THEN 'scheduled' ELSE change.status END AS status,
       CASE WHEN change.status IN ('running', 'failed', 'cancelled') THEN stood.actor END AS actor
FROM job_change change
LEFT JOIN task_metadata USING (job_id)
LEFT JOIN LATERAL (
  SELECT actor FROM task_log task
  WHERE task.job_id = change.job_id AND task.run = change.run AND task.attempts > 0 AND task.actor = ANY (%(actors)s)
  ORDER BY (task.state = 'dead') DESC, task.started_ms DESC NULLS LAST LIMIT 1
) AS stood ON true
WHERE change.tenant_id = %(tenant_id)s AND change.xid < %(below)s::xid8
  AND (change.xid, n) > (%(transaction)s::xid8, %(number)s)
ORDER BY change.xid, n LIMIT %(limit)s
