INSERT INTO audit_log (at_ms, key_id, key_name, action, target, filter, done, refused, ended_ms)
VALUES (%(now_ms)s, %(who)s,
        coalesce((SELECT name FROM api_key WHERE key_id = %(who)s), (SELECT name FROM account WHERE account_id = %(who)s), ''),
        %(action)s, %(target)s, %(filter)s::jsonb, %(done)s, 0, %(ended_ms)s)
RETURNING audit_id
