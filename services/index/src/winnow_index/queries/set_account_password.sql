UPDATE account SET password = %(password)s, link_sha256 = NULL, link_until_ms = NULL
WHERE account_id = %(account_id)s
