SELECT account_id, name FROM account
WHERE link_sha256 = %(link_sha256)s AND link_until_ms > %(now_ms)s AND disabled_ms IS NULL
