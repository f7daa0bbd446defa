UPDATE job SET run = greatest(run, %(run)s), stored_run = %(run)s, stored_result = %(result)s, stored_ms = %(now_ms)s
WHERE job_id = %(job_id)s
