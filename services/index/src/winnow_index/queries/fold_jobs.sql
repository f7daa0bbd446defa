-- Each job's state: its stored result, else the states of its current run's tasks.
WITH e AS (
  SELECT job_id, max(run) AS run, min(at_ms) AS first_ms FROM task_event
  WHERE job_id = ANY (%(job_ids)s) GROUP BY job_id
), accepted AS (
  SELECT DISTINCT ON (job_id) job_id, (detail->>'created_ms')::bigint AS created_ms FROM task_event
  WHERE job_id = ANY (%(job_ids)s) AND kind = 'accepted' ORDER BY job_id, at_ms, journal_id, seq
), current AS (
  SELECT j.job_id, greatest(j.run, e.run) AS run, coalesce(accepted.created_ms, e.first_ms, j.created_ms) AS created_ms
  FROM job j LEFT JOIN e USING (job_id) LEFT JOIN accepted USING (job_id)
  WHERE j.job_id = ANY (%(job_ids)s)
), tasks AS (
  SELECT current.job_id,
         coalesce(bool_or(attempts > 0), false) AS begun,
         min(ended_ms) FILTER (WHERE state = 'cancelled') AS cancelled_ms,
         min(ended_ms) FILTER (WHERE state = 'dead') AS dead_ms,
         (array_agg(problem ORDER BY ended_ms, task_id) FILTER (WHERE state = 'dead'))[1] AS problem
  FROM current LEFT JOIN task_log ON task_log.job_id = current.job_id AND task_log.run = current.run
  GROUP BY current.job_id
)
UPDATE job SET
  run = current.run,
  created_ms = current.created_ms,
  status = CASE WHEN stored_run = current.run THEN 'done' WHEN cancelled_ms IS NOT NULL THEN 'cancelled'
                WHEN dead_ms IS NOT NULL THEN 'failed' WHEN begun THEN 'running' ELSE 'queued' END,
  finished_ms = CASE WHEN stored_run = current.run THEN stored_ms ELSE coalesce(cancelled_ms, dead_ms) END,
  problem = CASE WHEN stored_run = current.run OR cancelled_ms IS NOT NULL THEN NULL ELSE tasks.problem END
FROM current JOIN tasks USING (job_id)
WHERE job.job_id = current.job_id
