SELECT j.*, m.warnings, m.kind, d.priority, d.metadata
FROM job j LEFT JOIN media m ON m.media_id = j.media_id LEFT JOIN task_metadata d ON d.job_id = j.job_id
WHERE j.tenant_id = %(tenant_id)s
  AND (%(status)s::text IS NULL OR j.status = %(status)s)
  AND (%(after_ms)s::bigint IS NULL OR (j.created_ms, j.job_id) < (%(after_ms)s, %(after_id)s))
ORDER BY j.created_ms DESC, j.job_id DESC LIMIT %(limit)s
