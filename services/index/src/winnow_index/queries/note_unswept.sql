UPDATE job SET unswept_ms = %(now_ms)s WHERE job_id = %(job_id)s
