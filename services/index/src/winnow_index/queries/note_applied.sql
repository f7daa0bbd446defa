INSERT INTO applied_result (job_id, run, result, applied_ms) VALUES (%(job_id)s, %(run)s, %(result)s, %(now_ms)s)
