SELECT outcome, count(*) AS count FROM task_execution_history WHERE outcome IN ('unknown', 'superseded')
GROUP BY outcome
