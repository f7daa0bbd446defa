-- A job may be heard of by any of its events first.
INSERT INTO job (job_id, tenant_id, media_id, created_ms)
SELECT * FROM json_to_recordset(%(rows)s) AS new (job_id text, tenant_id text, media_id text, created_ms bigint)
ON CONFLICT (job_id) DO NOTHING
