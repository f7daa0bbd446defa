-- What waits for a person: a task of an earlier run was replayed already.
SELECT task.*, job.run AS job_run, job.status AS job_status, job.uploads_expired_ms
FROM task_log task JOIN job USING (job_id)
WHERE state = 'dead' AND discarded_ms IS NULL AND task.run >= job.run
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND NOT coalesce(task.problem->>'code', '') = ANY (%(without_codes)s::text[])
  AND (%(tenant_id)s::text IS NULL OR task.tenant_id = %(tenant_id)s)
  AND (%(after_ms)s::bigint IS NULL OR (ended_ms, task_id) < (%(after_ms)s, %(after_id)s))
ORDER BY ended_ms DESC, task_id DESC LIMIT %(limit)s
