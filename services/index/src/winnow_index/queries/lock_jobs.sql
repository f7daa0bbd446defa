-- Whoever holds a job's row folds it. Always in this order, so that two batches never wait for each other.
SELECT job_id, tenant_id, media_id, run, status, stored_run, stored_result, cancelled_run, replayed_by,
       history_dropped_ms IS NOT NULL AS dropped,
       EXISTS (SELECT FROM deleted_media WHERE deleted_media.job_id = job.job_id) AS deleted
FROM job
WHERE job_id = ANY (%(job_ids)s) ORDER BY job_id FOR UPDATE
