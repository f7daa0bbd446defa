DELETE FROM rate_limit WHERE name = %(name)s AND tenant_id = %(tenant_id)s
