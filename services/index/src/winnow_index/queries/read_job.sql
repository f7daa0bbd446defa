SELECT j.*, m.warnings, m.kind, d.priority, d.not_before_ms, d.metadata, d.track
FROM job j LEFT JOIN media m ON m.media_id = j.media_id LEFT JOIN task_metadata d ON d.job_id = j.job_id
WHERE (%(tenant_id)s::text IS NULL OR j.tenant_id = %(tenant_id)s) AND j.job_id = %(job_id)s
