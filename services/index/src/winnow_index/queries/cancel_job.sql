UPDATE job SET status = 'cancelled', problem = NULL, finished_ms = %(now_ms)s, cancelled_run = run,
               cancelled_ms = %(now_ms)s, unswept_ms = %(now_ms)s
WHERE job_id = %(job_id)s
