-- So many stay at most, the last used ones; what has expired goes.
DELETE FROM account_session
WHERE account_id = %(account_id)s
  AND (expires_ms <= %(now_ms)s OR seen_ms + idle_ms <= %(now_ms)s OR token_sha256 NOT IN (
    SELECT token_sha256 FROM account_session WHERE account_id = %(account_id)s ORDER BY seen_ms DESC LIMIT %(most)s))
