UPDATE open_command SET due_ms = NULL, forced = false, sent_ms = %(now_ms)s, sent_times = sent_times + 1
FROM unnest(%(task_ids)s::text[], %(retries)s::integer[]) AS sent (task_id, retry)
WHERE open_command.task_id = sent.task_id AND open_command.retry = sent.retry
