DELETE FROM node_hour WHERE hour_ms = %(hour_ms)s;
INSERT INTO node_hour (hour_ms, node, completed, failed)
SELECT %(hour_ms)s, node, count(*) FILTER (WHERE outcome = 'completed'), count(*) FILTER (WHERE outcome <> 'completed')
FROM task_execution_history
WHERE ended_ms >= %(hour_ms)s AND ended_ms < %(hour_ms)s + 3600000
  AND outcome IN ('completed', 'failed', 'timeout', 'died')
GROUP BY node
