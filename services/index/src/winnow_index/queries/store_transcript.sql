INSERT INTO transcript (media_id, tenant_id, language, duration_ms, model, warnings)
VALUES (%(media_id)s, %(tenant_id)s, %(language)s, %(duration_ms)s, %(model)s, %(warnings)s)
