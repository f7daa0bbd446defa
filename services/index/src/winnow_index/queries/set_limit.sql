INSERT INTO rate_limit (name, tenant_id, value, set_by, set_ms)
VALUES (%(name)s, %(tenant_id)s, %(value)s, %(who)s, %(now_ms)s)
ON CONFLICT (name, tenant_id) DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_ms = excluded.set_ms
