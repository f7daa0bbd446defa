INSERT INTO tenant_quota (tenant_id, quota_bytes, set_by, set_ms)
VALUES (%(tenant_id)s, %(quota_bytes)s, %(who)s, %(now_ms)s)
ON CONFLICT (tenant_id) DO UPDATE SET
  quota_bytes = excluded.quota_bytes, set_by = excluded.set_by, set_ms = excluded.set_ms
