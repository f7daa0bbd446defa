SELECT job_id, run FROM job WHERE job_id = ANY (%(job_ids)s) AND status IN ('done', 'failed', 'cancelled')
