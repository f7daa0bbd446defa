DELETE FROM call_place WHERE api = %(api)s AND holder = %(holder)s RETURNING tenant_id
