INSERT INTO media (media_id, tenant_id, job_id, created_ms, kind)
SELECT * FROM json_to_recordset(%(rows)s)
  AS new (media_id text, tenant_id text, job_id text, created_ms bigint, kind text)
ON CONFLICT (media_id) DO NOTHING
