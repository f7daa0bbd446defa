-- Noted as used once a minute at most, however many gateways ask.
WITH seen AS (
  UPDATE account_session SET seen_ms = %(now_ms)s
  WHERE token_sha256 = %(token_sha256)s AND seen_ms < %(now_ms)s - 60000
    AND expires_ms > %(now_ms)s AND seen_ms + idle_ms > %(now_ms)s
)
SELECT session_id, account_id, device, address, account_session.created_ms, seen_ms, expires_ms
FROM account_session JOIN account USING (account_id)
WHERE token_sha256 = %(token_sha256)s AND disabled_ms IS NULL
  AND expires_ms > %(now_ms)s AND seen_ms + idle_ms > %(now_ms)s
