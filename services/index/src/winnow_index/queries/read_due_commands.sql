-- Commands to publish again now. A task that runs on a node that lives needs none: it is looked at again until it ends.
SELECT command.task_id, command.retry, command.queue, command.envelope
FROM open_command command JOIN job USING (job_id)
WHERE due_ms <= %(now_ms)s AND job.run <= command.run AND queue <> ALL (%(closed)s)
  AND NOT (job.run = command.run AND job.status IN ('done', 'failed', 'cancelled'))
  AND (forced OR NOT EXISTS (
    SELECT FROM task_execution_history attempt JOIN journal_watermark journal USING (node)
    WHERE attempt.task_id = command.task_id AND attempt.retry >= command.retry AND attempt.outcome IS NULL
      AND lost_ms IS NULL AND seen_ms >= %(now_ms)s - %(lease_ms)s))
ORDER BY due_ms, command.task_id LIMIT %(limit)s
