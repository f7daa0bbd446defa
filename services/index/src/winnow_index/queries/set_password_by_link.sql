-- Of two who follow the same link at once, the second finds it used.
UPDATE account SET password = %(password)s, link_sha256 = NULL, link_until_ms = NULL
WHERE link_sha256 = %(link_sha256)s AND link_until_ms > %(now_ms)s AND disabled_ms IS NULL
