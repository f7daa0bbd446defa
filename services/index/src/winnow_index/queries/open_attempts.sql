-- Tasks with an attempt that only these journals could have told the end of.
SELECT DISTINCT event.job_id, event.task_id
FROM task_execution_history attempt
JOIN task_event event ON event.task_id = attempt.task_id AND event.attempt_id = attempt.attempt_id
WHERE attempt.outcome IS NULL AND attempt.node = %(node)s AND event.journal_id = ANY (%(journal_ids)s)
