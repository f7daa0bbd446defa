SELECT * FROM task_step WHERE task_id = %(task_id)s ORDER BY at_ms, journal_id, seq
