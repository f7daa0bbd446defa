-- Of two copies of a task's command the later retry counts.
INSERT INTO open_command (task_id, job_id, run, retry, journal_id, queue, envelope, not_before_ms, kept_ms)
SELECT * FROM json_to_recordset(%(rows)s)
  AS new (task_id text, job_id text, run integer, retry integer, journal_id text, queue text, envelope jsonb,
          not_before_ms bigint, kept_ms bigint)
ON CONFLICT (task_id) DO UPDATE SET
  retry = excluded.retry, journal_id = excluded.journal_id, queue = excluded.queue, envelope = excluded.envelope,
  not_before_ms = excluded.not_before_ms, kept_ms = excluded.kept_ms, due_ms = NULL, forced = false
WHERE open_command.retry < excluded.retry
