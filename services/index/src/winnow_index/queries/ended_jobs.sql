SELECT job_id FROM job WHERE job_id = ANY (%(job_ids)s) AND status IN ('done', 'failed', 'cancelled') ORDER BY job_id
