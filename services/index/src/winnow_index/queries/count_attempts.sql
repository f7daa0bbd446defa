-- Attempts that ended. One has no actor: only where one is asked for is its task looked up.
SELECT count(*) AS runs FROM task_execution_history attempt
WHERE ended_ms IS NOT NULL
  AND (%(since_ms)s::bigint IS NULL OR ended_ms >= %(since_ms)s)
  AND (%(until_ms)s::bigint IS NULL OR ended_ms < %(until_ms)s)
  AND (%(node)s::text IS NULL OR node = %(node)s)
  AND (%(actor)s::text IS NULL OR EXISTS (
    SELECT FROM task_log WHERE task_log.task_id = attempt.task_id AND actor = %(actor)s))
