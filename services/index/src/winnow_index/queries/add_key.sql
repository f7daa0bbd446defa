INSERT INTO api_key (key_id, secret_sha256, tenant_id, scopes, name, created_ms, expires_ms)
VALUES (%(key_id)s, %(secret_sha256)s, %(tenant_id)s, %(scopes)s, %(name)s, %(now_ms)s, %(expires_ms)s)
ON CONFLICT (key_id) DO NOTHING
