SELECT task.*, job.run AS job_run, job.status AS job_status, job.uploads_expired_ms, asked.track, asked.priority
FROM task_log task JOIN job USING (job_id) LEFT JOIN task_metadata asked USING (job_id)
WHERE task_id = %(task_id)s AND state IN ('dead', 'cancelled')
