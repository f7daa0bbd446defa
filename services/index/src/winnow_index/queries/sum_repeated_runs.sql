SELECT cause, count(*) AS runs, count(*) FILTER (WHERE outcome = 'unknown') AS unknown,
       count(*) FILTER (WHERE outcome = 'superseded') AS superseded
FROM repeated_run
WHERE (%(since_ms)s::bigint IS NULL OR listed_ms >= %(since_ms)s)
  AND (%(until_ms)s::bigint IS NULL OR listed_ms < %(until_ms)s)
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(node)s::text IS NULL OR node = %(node)s)
GROUP BY cause ORDER BY cause IS NULL, runs DESC, cause
