SELECT account_id, tenant_id, name, role, password IS NOT NULL AS has_password, created_ms, disabled_ms, signed_in_ms
FROM account
WHERE %(account_id)s::text IS NULL OR account_id = %(account_id)s
ORDER BY created_ms DESC, account_id DESC
