-- By state: the tasks of open jobs that have not ended.
SELECT state, count(*) AS tasks FROM task_log JOIN job USING (job_id)
WHERE state IN ('pending', 'running', 'retry_wait') AND job.status IN ('queued', 'running')
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(tenant_id)s::text IS NULL OR task_log.tenant_id = %(tenant_id)s)
GROUP BY state ORDER BY state
