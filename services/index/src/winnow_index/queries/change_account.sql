UPDATE account SET
  role = coalesce(%(role)s, role),
  disabled_ms = CASE %(disabled)s::boolean WHEN true THEN coalesce(disabled_ms, %(now_ms)s)
                                           WHEN false THEN NULL ELSE disabled_ms END
WHERE account_id = %(account_id)s
