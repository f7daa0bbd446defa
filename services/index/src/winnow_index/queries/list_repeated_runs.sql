SELECT * FROM repeated_run
WHERE (%(since_ms)s::bigint IS NULL OR listed_ms >= %(since_ms)s)
  AND (%(until_ms)s::bigint IS NULL OR listed_ms < %(until_ms)s)
  AND (%(cause)s::text IS NULL OR cause = %(cause)s)
  AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(node)s::text IS NULL OR node = %(node)s)
  AND (%(after_ms)s::bigint IS NULL
       OR (listed_ms, task_id, attempt_id) < (%(after_ms)s, %(after_task)s, %(after_attempt)s))
ORDER BY listed_ms DESC, task_id DESC, attempt_id DESC LIMIT %(limit)s
