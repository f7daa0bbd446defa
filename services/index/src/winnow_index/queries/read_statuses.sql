SELECT job_id, status, run, stored_times, finished_ms FROM job WHERE job_id = ANY (%(job_ids)s)
