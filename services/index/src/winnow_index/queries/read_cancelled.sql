-- No message of an earlier cancelled job can be on its way any more, but of one that was to begin later.
SELECT job_id, cancelled_run FROM job WHERE cancelled_ms >= %(since_ms)s
UNION
SELECT job_id, cancelled_run FROM task_metadata JOIN job USING (job_id)
WHERE not_before_ms >= %(since_ms)s AND cancelled_ms IS NOT NULL
UNION
SELECT job_id, %(every_run)s FROM deleted_media WHERE awaited_ms >= %(since_ms)s
ORDER BY job_id
