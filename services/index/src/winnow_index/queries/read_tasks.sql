SELECT * FROM task_log WHERE job_id = ANY (%(job_ids)s)
ORDER BY job_id, run, coalesce(enqueued_ms, started_ms, ended_ms), task_id
