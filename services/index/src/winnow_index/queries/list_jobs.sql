SELECT j.*, m.warnings, m.kind, d.priority, d.not_before_ms, d.metadata, d.track
FROM job j LEFT JOIN media m ON m.media_id = j.media_id LEFT JOIN task_metadata d ON d.job_id = j.job_id
WHERE j.tenant_id = %(tenant_id)s
  AND (%(status)s::text IS NULL OR j.status = CASE %(status)s WHEN 'scheduled' THEN 'queued' ELSE %(status)s END)
  AND (coalesce(%(status)s::text, '') NOT IN ('queued', 'scheduled')
       OR (coalesce(d.not_before_ms, 0) > clock_ms()) = (%(status)s = 'scheduled'))
  AND (%(after_ms)s::bigint IS NULL OR (j.created_ms, j.job_id) < (%(after_ms)s, %(after_id)s))
ORDER BY j.created_ms DESC, j.job_id DESC LIMIT %(limit)s
