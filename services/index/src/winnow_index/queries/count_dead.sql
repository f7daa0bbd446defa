-- Those that wait for a person, as list_dead lists them.
SELECT count(*) AS tasks FROM task_log task JOIN job USING (job_id)
WHERE state = 'dead' AND discarded_ms IS NULL AND task.run >= job.run
