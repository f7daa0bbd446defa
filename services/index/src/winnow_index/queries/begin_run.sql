UPDATE job SET run = %(run)s, status = 'queued', finished_ms = NULL, problem = NULL, replayed_by = %(by)s
WHERE job_id = %(job_id)s
