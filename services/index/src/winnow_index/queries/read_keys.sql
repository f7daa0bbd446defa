SELECT key_id, secret_sha256, tenant_id, scopes, name, revoked_ms IS NOT NULL AS revoked,
       created_ms, expires_ms, revoked_ms, used_ms
FROM api_key
WHERE %(key_id)s::text IS NULL OR key_id = %(key_id)s
ORDER BY key_id
