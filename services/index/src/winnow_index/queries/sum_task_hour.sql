DELETE FROM task_hour WHERE hour_ms = %(hour_ms)s;
INSERT INTO task_hour (hour_ms, actor, kind, amounts, tasks)
SELECT %(hour_ms)s, actor, kind, array_agg(amount ORDER BY amount), array_agg(tasks ORDER BY amount)
FROM (
  SELECT actor, kind, amount, count(*)::integer AS tasks
  FROM ended_task CROSS JOIN LATERAL (
    VALUES (state, (ended_ms - %(hour_ms)s) / 60000), ('wait', wait_ms), ('run', run_ms)) AS told (kind, amount)
  WHERE ended_ms >= %(hour_ms)s AND ended_ms < %(hour_ms)s + 3600000 AND amount IS NOT NULL
  GROUP BY actor, kind, amount
) AS counted
GROUP BY actor, kind
