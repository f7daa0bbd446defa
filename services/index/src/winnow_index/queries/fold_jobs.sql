-- Each job's state: once ended in a run it stays so; else its stored result, its cancellation, or the states of its
-- current run's tasks. What begins a run is no part of it. Whatever is heard of an ended job, objects may lie there.
WITH tasks AS MATERIALIZED (
  SELECT job_id, task_id, run, state, attempts, ended_ms, problem FROM task_log
  WHERE job_id = ANY (%(job_ids)s) AND actor <> 'index.replay_task'
), runs AS (
  SELECT job_id, max(run) AS run FROM tasks GROUP BY job_id
), current AS (
  SELECT job_id, greatest(job.run, runs.run) AS run,
         greatest(job.run, runs.run) = job.run AND status IN ('done', 'failed', 'cancelled') AS ended
  FROM job LEFT JOIN runs USING (job_id) WHERE job_id = ANY (%(job_ids)s)
), life AS (
  SELECT job_id, run,
         bool_or(attempts > 0) AS begun,
         min(ended_ms) FILTER (WHERE state = 'cancelled') AS task_cancelled_ms,
         min(ended_ms) FILTER (WHERE state = 'dead') AS dead_ms,
         (array_agg(problem ORDER BY ended_ms, task_id) FILTER (WHERE state = 'dead'))[1] AS problem
  FROM tasks GROUP BY job_id, run
), fresh AS (
  SELECT job.job_id, current.run,
         CASE WHEN ended THEN status
              WHEN stored_run = current.run THEN 'done'
              WHEN cancelled_run >= current.run OR task_cancelled_ms IS NOT NULL THEN 'cancelled'
              WHEN dead_ms IS NOT NULL THEN 'failed'
              WHEN begun THEN 'running'
              ELSE 'queued' END AS status,
         CASE WHEN ended THEN finished_ms
              WHEN stored_run = current.run THEN stored_ms
              WHEN cancelled_run >= current.run THEN cancelled_ms
              ELSE coalesce(task_cancelled_ms, dead_ms) END AS finished_ms,
         CASE WHEN ended THEN job.problem
              WHEN stored_run = current.run OR cancelled_run >= current.run OR task_cancelled_ms IS NOT NULL THEN NULL
              ELSE life.problem END AS problem
  FROM job JOIN current USING (job_id) LEFT JOIN life ON life.job_id = job.job_id AND life.run = current.run
)
UPDATE job SET
  run = fresh.run, status = fresh.status, finished_ms = fresh.finished_ms, problem = fresh.problem,
  unswept_ms = CASE WHEN fresh.status IN ('done', 'failed', 'cancelled') THEN %(now_ms)s ELSE job.unswept_ms END
FROM fresh WHERE job.job_id = fresh.job_id
  -- Most events change nothing of their job. That it is to be swept need not be known to the second.
  AND ((fresh.run, fresh.status, fresh.finished_ms, fresh.problem)
         IS DISTINCT FROM (job.run, job.status, job.finished_ms, job.problem)
       OR fresh.status IN ('done', 'failed', 'cancelled')
            AND (job.unswept_ms IS NULL OR job.unswept_ms < %(now_ms)s - 10000))
