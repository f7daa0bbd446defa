-- A length of time with two digits, so that percentiles of millions are counted from a few values: at most 5 % off.
CREATE FUNCTION two_digits(ms bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN ms < 100 THEN ms
              WHEN ms < 1000 THEN (ms + 5) / 10 * 10
              WHEN ms < 10000 THEN (ms + 50) / 100 * 100
              WHEN ms < 100000 THEN (ms + 500) / 1000 * 1000
              WHEN ms < 1000000 THEN (ms + 5000) / 10000 * 10000
              WHEN ms < 10000000 THEN (ms + 50000) / 100000 * 100000
              ELSE (ms + 500000) / 1000000 * 1000000 END
$$;

-- The ledger of repeats: each attempt after a task's first, the first ones of tasks that were run again by a person, and
-- attempts whose end is odd. It tells the cause; null where an attempt is there for its end alone. The indexes for it are
-- built later, beside the work (index_builds.py).
CREATE VIEW repeated_run AS
WITH listed AS NOT MATERIALIZED (
  SELECT attempt.*, job_id, tenant_id, actor, run, coalesce(attempt.started_ms, attempt.ended_ms, 0) AS listed_ms,
         run > 1 AND actor <> 'index.replay_task' AND EXISTS (
           SELECT FROM task_log earlier
           WHERE earlier.job_id = task.job_id AND earlier.actor = task.actor AND earlier.run < task.run) AS replayed
  FROM task_execution_history attempt JOIN task_log task USING (task_id)
  WHERE number > 1 OR outcome IN ('unknown', 'superseded')
  UNION ALL
  SELECT attempt.*, job_id, tenant_id, actor, run, coalesce(task.started_ms, task.ended_ms, 0), true
  FROM task_log task JOIN task_execution_history attempt USING (task_id)
  WHERE run > 1 AND actor <> 'index.replay_task' AND number = 1
    AND (outcome IS NULL OR outcome NOT IN ('unknown', 'superseded'))
    AND EXISTS (
      SELECT FROM task_log earlier
      WHERE earlier.job_id = task.job_id AND earlier.actor = task.actor AND earlier.run < task.run)
)
SELECT listed.task_id, listed.attempt_id, job_id, tenant_id, actor, listed.node, run, listed.number, listed.retry,
       listed.started_ms, listed.ended_ms, listed.outcome, listed_ms,
       before.node AS after_node, before.outcome AS after_outcome,
       CASE
         WHEN listed.number = 1 THEN CASE WHEN replayed THEN 'replay' END
         WHEN listed.why = 'resumed' THEN 'interrupted'
         WHEN listed.why IN ('takeover', 'redelivered', 'again') THEN listed.why
         -- A retry copy that another node takes is new to its journal.
         WHEN listed.why = 'retry' OR listed.why = 'first' AND listed.retry > before.retry
           THEN CASE WHEN before.outcome IN ('deferred', 'snoozed') THEN 'waited' ELSE 'retry' END
         ELSE coalesce(listed.why, 'unrecorded')
       END AS cause
FROM listed LEFT JOIN task_execution_history before
  ON before.task_id = listed.task_id AND before.number = listed.number - 1 AND listed.number > 1;
