-- No message of an earlier cancelled job can be on its way any more.
SELECT job_id, cancelled_run FROM job WHERE cancelled_ms >= %(since_ms)s ORDER BY job_id
