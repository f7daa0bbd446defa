UPDATE audit_log SET done = done + %(done)s, refused = refused + %(refused)s, ended_ms = %(ended_ms)s
WHERE audit_id = %(audit_id)s AND key_id = %(who)s AND ended_ms IS NULL
