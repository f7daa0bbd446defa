DELETE FROM tenant_quota WHERE tenant_id = %(tenant_id)s
