-- The page of list_jobs.sql, of jobs whose metadata contain one of these objects.
SELECT j.*, m.warnings, m.kind, d.priority, d.metadata
FROM task_metadata d JOIN job j USING (job_id) LEFT JOIN media m ON m.media_id = j.media_id
WHERE d.metadata @> ANY (%(metadata)s::jsonb[]) AND d.metadata <> '{}'
  AND j.tenant_id = %(tenant_id)s
  AND (%(status)s::text IS NULL OR j.status = %(status)s)
  AND (%(after_ms)s::bigint IS NULL OR (j.created_ms, j.job_id) < (%(after_ms)s, %(after_id)s))
ORDER BY j.created_ms DESC, j.job_id DESC LIMIT %(limit)s
