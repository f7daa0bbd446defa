SELECT task.*, job.run AS job_run, job.status AS job_status, job.uploads_expired_ms, asked.track,
       (SELECT envelope->'payload' FROM open_command WHERE open_command.task_id = task.task_id) AS open_payload,
       (SELECT detail->>'origin' FROM task_event WHERE task_event.task_id = task.task_id AND kind = 'enqueued'
        ORDER BY arrival LIMIT 1) AS origin,
       ARRAY (SELECT DISTINCT sent.task_id FROM task_event sent
              WHERE sent.job_id = task.job_id AND kind = 'enqueued' AND detail->>'origin' = task.task_id
              ORDER BY sent.task_id) AS sent,
       (SELECT detail->'result' FROM task_event WHERE task_event.task_id = task.task_id AND kind = 'completed'
        ORDER BY arrival LIMIT 1) AS result,
       coalesce(trace, CASE WHEN state = 'retry_wait' THEN (
         SELECT detail->>'trace' FROM task_event WHERE task_event.task_id = task.task_id AND kind = 'retrying'
         ORDER BY at_ms DESC, seq DESC LIMIT 1) END) AS last_trace
FROM task_log task JOIN job USING (job_id) LEFT JOIN task_metadata asked USING (job_id) WHERE task_id = %(task_id)s
