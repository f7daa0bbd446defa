SELECT s.* FROM task_step s JOIN task_log t USING (task_id) WHERE t.job_id = %(job_id)s
ORDER BY s.at_ms, s.journal_id, s.seq
