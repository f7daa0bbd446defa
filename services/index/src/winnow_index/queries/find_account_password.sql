SELECT account_id, password FROM account
WHERE name = %(name)s AND disabled_ms IS NULL
