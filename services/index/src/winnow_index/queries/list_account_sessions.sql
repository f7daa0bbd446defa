SELECT session_id, device, address, created_ms, seen_ms, expires_ms FROM account_session
WHERE account_id = %(account_id)s AND expires_ms > %(now_ms)s AND seen_ms + idle_ms > %(now_ms)s
ORDER BY seen_ms DESC, session_id DESC
