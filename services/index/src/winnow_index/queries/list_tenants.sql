-- One tenant, or each that has a key, a file, a cost or request this month, or a quota.
WITH known AS (
  SELECT tenant_id FROM api_key WHERE revoked_ms IS NULL AND %(tenant_id)s::text IS NULL
  UNION
  SELECT %(tenant_id)s::text WHERE %(tenant_id)s::text IS NOT NULL
), stored AS (
  SELECT tenant_id, sum(size_bytes) AS bytes, count(*) FILTER (WHERE kind = 'recording') AS recordings,
         count(*) FILTER (WHERE kind = 'photo') AS photos
  FROM stored_file WHERE %(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s GROUP BY tenant_id
), spent AS (
  SELECT tenant_id, sum(spent_usd) AS usd FROM ai_spent_day
  WHERE day >= %(first_day)s AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s) GROUP BY tenant_id
), asked AS (
  SELECT tenant_id, sum(requests) AS requests FROM tenant_requests
  WHERE day >= %(first_day)s AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s) GROUP BY tenant_id
), quota AS (
  SELECT * FROM tenant_quota WHERE %(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s
)
SELECT tenant_id, coalesce(bytes, 0) AS stored_bytes, quota_bytes, set_by AS quota_set_by, set_ms,
       coalesce(recordings, 0) AS recordings, coalesce(photos, 0) AS photos, coalesce(asked.requests, 0) AS requests,
       coalesce(usd, 0) AS spent_usd
FROM known FULL JOIN stored USING (tenant_id) FULL JOIN spent USING (tenant_id) FULL JOIN asked USING (tenant_id)
  FULL JOIN quota USING (tenant_id)
ORDER BY tenant_id
