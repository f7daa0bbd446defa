SELECT h.* FROM task_execution_history h JOIN task_log t USING (task_id) WHERE t.job_id = %(job_id)s
ORDER BY h.task_id, h.number
