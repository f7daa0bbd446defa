-- Of these jobs, those with a dead task that waits for a person: see list_dead.sql.
SELECT DISTINCT job_id FROM task_log JOIN job USING (job_id)
WHERE job_id = ANY (%(job_ids)s) AND state = 'dead' AND discarded_ms IS NULL AND task_log.run >= job.run
