UPDATE job SET unswept_ms = NULL WHERE job_id = %(job_id)s
