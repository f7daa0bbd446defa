-- Only while the password that was checked, if one was, is the account's, and it is not disabled.
WITH holder AS (
  UPDATE account SET signed_in_ms = %(now_ms)s
  WHERE account_id = %(account_id)s AND (%(password)s::text IS NULL OR password = %(password)s) AND disabled_ms IS NULL
  RETURNING account_id
)
INSERT INTO account_session (token_sha256, session_id, account_id, device, address, created_ms, seen_ms, expires_ms,
                             idle_ms)
SELECT %(token_sha256)s, %(session_id)s, account_id, %(device)s, %(address)s, %(now_ms)s, %(now_ms)s, %(expires_ms)s,
       %(idle_ms)s
FROM holder
