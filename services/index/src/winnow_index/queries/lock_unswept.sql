-- A job that ended long enough ago, locked: no run of it begins meanwhile. Nor may another job of its media be open.
SELECT job_id, tenant_id, media_id FROM job
WHERE unswept_ms <= %(before_ms)s AND status IN ('done', 'failed', 'cancelled')
  AND NOT EXISTS (SELECT FROM job other WHERE other.media_id = job.media_id AND other.status IN ('queued', 'running'))
ORDER BY unswept_ms LIMIT 1 FOR UPDATE SKIP LOCKED
