SELECT min(enqueued_ms) AS oldest_ms FROM task_log JOIN job USING (job_id)
WHERE state = 'pending' AND job.status IN ('queued', 'running')
