SELECT actor, coalesce(problem->>'code', 'internal') AS cause, count(*) AS tasks FROM task_log
WHERE state = 'dead' AND ended_ms >= %(from_ms)s AND ended_ms < %(until_ms)s
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
