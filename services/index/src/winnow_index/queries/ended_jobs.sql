-- A job that someone asked to run again has not ended: what asks for it must be kept.
SELECT job_id FROM job
WHERE job_id = ANY (%(job_ids)s) AND status IN ('done', 'failed', 'cancelled')
  AND NOT EXISTS (SELECT FROM task_log WHERE task_log.job_id = job.job_id AND actor = 'index.replay_task'
                    AND state IN ('pending', 'running', 'retry_wait'))
ORDER BY job_id
