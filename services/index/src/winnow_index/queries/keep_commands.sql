-- Of two copies of a task's command the later retry counts.
INSERT INTO open_command (task_id, job_id, run, retry, journal_id, queue, envelope, not_before_ms, kept_ms)
VALUES %s
ON CONFLICT (task_id) DO UPDATE SET
  retry = excluded.retry, journal_id = excluded.journal_id, queue = excluded.queue, envelope = excluded.envelope,
  not_before_ms = excluded.not_before_ms, kept_ms = excluded.kept_ms, due_ms = NULL, forced = false
WHERE open_command.retry < excluded.retry
