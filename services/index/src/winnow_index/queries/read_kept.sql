-- What is served of a media, by all its jobs; whether another run of them may begin, which needs their uploads; whether
-- tasks of their runs are still open; and whether one waits that begins the next run, with captions that it may bring.
SELECT status <> 'done' AND uploads_expired_ms IS NULL AS may_run, stored_run IS NOT NULL AS stored, kept_keys, EXISTS (
    SELECT FROM task_log task WHERE task.job_id = job.job_id AND task.run = job.run
      AND task.state IN ('pending', 'running', 'retry_wait')) AS open, EXISTS (
    SELECT FROM task_log task WHERE task.job_id = job.job_id AND task.run > job.run
      AND task.state IN ('pending', 'running', 'retry_wait')) AS waits
FROM job WHERE media_id = %(media_id)s
