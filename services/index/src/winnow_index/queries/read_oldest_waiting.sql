SELECT task_id, job_id, actor, enqueued_ms FROM task_log JOIN job USING (job_id)
WHERE state = 'pending' AND job.status IN ('queued', 'running') AND enqueued_ms IS NOT NULL
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(tenant_id)s::text IS NULL OR task_log.tenant_id = %(tenant_id)s)
ORDER BY enqueued_ms, task_id LIMIT 1
