UPDATE open_command SET due_ms = %(due_ms)s WHERE task_id = ANY (%(task_ids)s)
