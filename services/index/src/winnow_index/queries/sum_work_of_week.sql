SELECT actor, count(*) AS attempts,
       (coalesce(sum(greatest(attempt.ended_ms - attempt.started_ms, 0)), 0) / 1000)::double precision AS seconds
FROM task_execution_history attempt JOIN task_log USING (task_id)
WHERE attempt.ended_ms >= %(from_ms)s AND attempt.ended_ms < %(until_ms)s
GROUP BY 1 ORDER BY 3 DESC, 1
