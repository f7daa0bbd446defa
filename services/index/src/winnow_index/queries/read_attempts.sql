SELECT h.*, t.job_id, t.actor, t.run FROM task_execution_history h JOIN task_log t USING (task_id)
WHERE t.job_id = ANY (%(job_ids)s) ORDER BY t.job_id, h.task_id, h.number
