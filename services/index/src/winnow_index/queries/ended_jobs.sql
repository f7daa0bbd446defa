SELECT job_id, run FROM job WHERE job_id = ANY (%(job_ids)s) AND status IN ('done', 'failed', 'cancelled')
UNION ALL
SELECT job_id, %(every_run)s FROM deleted_media WHERE job_id = ANY (%(job_ids)s)
