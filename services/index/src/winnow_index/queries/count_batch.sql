SELECT count(*) FILTER (WHERE status IN ('queued', 'running')) AS open,
       count(*) FILTER (WHERE status = 'done') AS done,
       count(*) FILTER (WHERE status = 'failed') AS failed,
       count(*) FILTER (WHERE status = 'cancelled') AS cancelled
FROM task_metadata JOIN job USING (job_id) WHERE batch_id = %(batch_id)s
