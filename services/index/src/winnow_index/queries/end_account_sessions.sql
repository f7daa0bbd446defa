DELETE FROM account_session
WHERE account_id = %(account_id)s
  AND (%(session_id)s::text IS NULL OR session_id = %(session_id)s)
  AND (%(but)s::text IS NULL OR session_id <> %(but)s)
