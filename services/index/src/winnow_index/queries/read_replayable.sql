-- Tasks that can be replayed, with every attempt whose recorded steps their next run would inherit.
SELECT task.command, ARRAY (
    SELECT attempt_id FROM task_execution_history JOIN task_log same USING (task_id)
    WHERE same.job_id = task.job_id AND same.actor = task.actor) AS attempts
FROM task_log task JOIN job ON job.job_id = task.job_id AND job.run = task.run
WHERE job.media_id = %(media_id)s AND job.status IN ('failed', 'cancelled')
  AND task.state IN ('dead', 'cancelled') AND task.discarded_ms IS NULL
  AND job.uploads_expired_ms IS NULL
