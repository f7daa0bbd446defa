SELECT * FROM task_execution_history WHERE task_id = %(task_id)s ORDER BY number
