UPDATE account SET password = NULL, link_sha256 = %(link_sha256)s, link_until_ms = %(link_until_ms)s
WHERE account_id = %(account_id)s
