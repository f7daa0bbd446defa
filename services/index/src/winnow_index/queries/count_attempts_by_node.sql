-- By node: the attempts that completed, and those that failed, ran out of time or died. An attempt has neither actor nor
-- tenant: only where one is asked for is its task looked up, by its key (EXISTS would read all tasks of the actor).
SELECT node, count(*) FILTER (WHERE outcome = 'completed') AS completed,
       count(*) FILTER (WHERE outcome <> 'completed') AS failed
FROM task_execution_history attempt
WHERE ended_ms >= %(since_ms)s AND ended_ms < %(until_ms)s AND outcome IN ('completed', 'failed', 'timeout', 'died')
  AND (%(actor)s::text IS NULL AND %(tenant_id)s::text IS NULL OR (
    SELECT (%(actor)s::text IS NULL OR actor = %(actor)s) AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
    FROM task_log WHERE task_log.task_id = attempt.task_id))
GROUP BY node ORDER BY node
