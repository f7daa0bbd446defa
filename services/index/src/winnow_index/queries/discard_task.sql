-- The first to discard it is remembered.
UPDATE task_log SET discarded_ms = %(now_ms)s, discarded_by = %(who)s
WHERE task_id = %(task_id)s AND discarded_ms IS NULL
