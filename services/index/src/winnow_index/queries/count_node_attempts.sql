-- By node: the attempts of the last hour and day that completed, and those that failed, ran out of time or died.
SELECT node,
  count(*) FILTER (WHERE outcome = 'completed' AND ended_ms >= %(hour_ago_ms)s) AS completed_hour,
  count(*) FILTER (WHERE outcome <> 'completed' AND ended_ms >= %(hour_ago_ms)s) AS failed_hour,
  count(*) FILTER (WHERE outcome = 'completed') AS completed_day,
  count(*) FILTER (WHERE outcome <> 'completed') AS failed_day
FROM task_execution_history
WHERE ended_ms >= %(day_ago_ms)s AND outcome IN ('completed', 'failed', 'timeout', 'died')
GROUP BY node
