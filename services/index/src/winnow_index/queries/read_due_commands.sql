-- A journal whose node lives publishes its commands again itself; of the others nobody would.
SELECT command.task_id, command.retry, command.queue, command.envelope
FROM open_command command JOIN job USING (job_id) LEFT JOIN journal_watermark journal USING (journal_id)
WHERE due_ms <= %(now_ms)s AND job.run <= command.run AND queue <> ALL (%(closed)s)
  AND NOT (job.run = command.run AND job.status IN ('done', 'failed', 'cancelled'))
  AND (forced OR lost_ms IS NOT NULL OR coalesce(seen_ms, 0) < %(now_ms)s - %(lease_ms)s)
ORDER BY due_ms, task_id LIMIT %(limit)s
