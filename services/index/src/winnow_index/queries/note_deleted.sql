INSERT INTO deleted_media (job_id, media_id, tenant_id, deleted_ms, awaited_ms, heard_ms, sweep_ms)
SELECT job_id, media_id, tenant_id, %(now_ms)s, greatest(not_before_ms, %(now_ms)s), %(now_ms)s, %(now_ms)s
FROM job LEFT JOIN task_metadata USING (job_id) WHERE job_id = ANY (%(job_ids)s)
-- An index worker of an earlier version may have brought it back.
ON CONFLICT (job_id) DO UPDATE SET heard_ms = excluded.heard_ms, sweep_ms = excluded.sweep_ms
