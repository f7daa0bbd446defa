-- The tenant's open jobs whose time has come, as far as the newest so many are concerned, and so many of them at most.
SELECT count(*) AS open FROM (
  SELECT FROM (
    SELECT job_id FROM job WHERE tenant_id = %(tenant_id)s AND status IN ('queued', 'running')
    ORDER BY created_ms DESC LIMIT %(scanned)s
  ) newest LEFT JOIN task_metadata d USING (job_id)
  WHERE coalesce(d.not_before_ms, 0) <= clock_ms() LIMIT %(most)s
) counted
