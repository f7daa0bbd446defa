SELECT * FROM task_event WHERE job_id = %(job_id)s ORDER BY at_ms, journal_id, seq
