SELECT job_id FROM job WHERE job_id = ANY (%(job_ids)s) AND status IN ('queued', 'running')
