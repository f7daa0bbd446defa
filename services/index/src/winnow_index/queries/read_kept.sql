-- What is served of a media, by all its jobs; and whether tasks of their runs are still open.
SELECT status, stored_run IS NOT NULL AS stored, kept_keys, EXISTS (
    SELECT FROM task_log task WHERE task.job_id = job.job_id AND task.run = job.run
      AND task.state IN ('pending', 'running', 'retry_wait')) AS open
FROM job WHERE media_id = %(media_id)s
