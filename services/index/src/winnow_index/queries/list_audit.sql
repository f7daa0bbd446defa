SELECT * FROM audit_log
WHERE (%(before_id)s::bigint IS NULL OR audit_id < %(before_id)s)
  AND (%(action)s::text IS NULL OR action = %(action)s)
  AND (%(key_id)s::text IS NULL OR key_id = %(key_id)s)
ORDER BY audit_id DESC LIMIT %(limit)s
