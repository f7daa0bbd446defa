INSERT INTO account (account_id, tenant_id, name, role, link_sha256, link_until_ms, created_ms, created_by)
VALUES (%(account_id)s, %(tenant_id)s, %(name)s, %(role)s, %(link_sha256)s, %(link_until_ms)s, %(now_ms)s, %(who)s)
ON CONFLICT (name) DO NOTHING
