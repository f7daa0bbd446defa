SELECT job_id, media_id, tenant_id, heard_ms FROM deleted_media
WHERE sweep_ms <= %(now_ms)s ORDER BY sweep_ms LIMIT %(limit)s
