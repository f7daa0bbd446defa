-- A job may be heard of by any of its events first.
INSERT INTO job (job_id, tenant_id, media_id, created_ms) VALUES %s ON CONFLICT (job_id) DO NOTHING
