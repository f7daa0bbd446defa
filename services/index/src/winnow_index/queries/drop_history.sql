-- All that was told of these jobs. Their own rows stay, and so does what their calls cost: see ai_spent_day. Attempts
-- go with their tasks.
WITH events AS (DELETE FROM task_event WHERE job_id = ANY (%(job_ids)s) RETURNING seq),
commands AS (DELETE FROM open_command WHERE job_id = ANY (%(job_ids)s)),
tasks AS (DELETE FROM task_log WHERE job_id = ANY (%(job_ids)s)),
spending AS (DELETE FROM ai_spending WHERE job_id = ANY (%(job_ids)s)),
noted AS (
  UPDATE job SET history_dropped_ms = coalesce(history_dropped_ms, %(now_ms)s) WHERE job_id = ANY (%(job_ids)s)
)
SELECT count(*) AS events FROM events
