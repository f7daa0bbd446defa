INSERT INTO media (media_id, tenant_id, job_id, created_ms, kind) VALUES %s ON CONFLICT (media_id) DO NOTHING
