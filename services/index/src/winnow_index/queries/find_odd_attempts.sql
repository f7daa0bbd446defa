SELECT task_id, actor, job_id, outcome, count(*) AS count, max(coalesce(h.ended_ms, h.started_ms)) AS last_ms
FROM task_execution_history h JOIN task_log USING (task_id)
WHERE outcome = %(outcome)s
GROUP BY task_id, actor, job_id, outcome ORDER BY last_ms DESC NULLS LAST, task_id LIMIT %(limit)s
