-- By node: the attempts that completed, and those that failed, ran out of time or died; of hours that are summed from their
-- sums (node_hour). An attempt has neither actor nor tenant: only where one is asked for is its task looked up, by its key
-- (EXISTS would read all tasks of the actor), and nothing is taken from sums.
WITH summed AS (
  SELECT hour_ms FROM summed_hour
  WHERE NOT stale AND hour_ms >= %(since_ms)s AND hour_ms + 3600000 <= %(until_ms)s
    AND %(actor)s::text IS NULL AND %(tenant_id)s::text IS NULL
), counted AS (
  SELECT node, count(*) FILTER (WHERE outcome = 'completed') AS completed,
         count(*) FILTER (WHERE outcome <> 'completed') AS failed
  FROM rest_of_window(%(since_ms)s, %(until_ms)s, ARRAY(SELECT hour_ms FROM summed)) CROSS JOIN LATERAL (
    SELECT task_id, node, outcome FROM task_execution_history
    WHERE ended_ms >= from_ms AND ended_ms < to_ms AND outcome IN ('completed', 'failed', 'timeout', 'died')
    OFFSET 0  -- else PostgreSQL looks up the tasks of all attempts, of every time
  ) AS attempt
  WHERE %(actor)s::text IS NULL AND %(tenant_id)s::text IS NULL OR (
      SELECT (%(actor)s::text IS NULL OR actor = %(actor)s) AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
      FROM task_log WHERE task_log.task_id = attempt.task_id)
  GROUP BY node
  UNION ALL
  SELECT node, completed, failed FROM summed JOIN node_hour USING (hour_ms)
)
SELECT node, sum(completed)::bigint AS completed, sum(failed)::bigint AS failed
FROM counted GROUP BY node ORDER BY node
