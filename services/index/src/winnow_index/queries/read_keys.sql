SELECT key_id, secret_sha256, tenant_id, scopes, name, revoked_ms IS NOT NULL AS revoked FROM api_key ORDER BY key_id
