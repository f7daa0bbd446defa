-- Each task's state, from the set of its events: the highest retry decides, within it the highest rank. An attempt is
-- open while nothing tells of its end.
WITH e AS (
  SELECT event.*, EXISTS (
    SELECT FROM task_event ending
    WHERE ending.task_id = event.task_id AND ending.attempt_id = event.attempt_id
      AND ending.kind IN ('retrying', 'interrupted', 'released', 'completed', 'cancelled', 'dead', 'superseded')
  ) AS ended
  FROM task_event event
  WHERE task_id = ANY (%(task_ids)s)
), ranked AS (
  SELECT *, CASE
      WHEN kind = 'completed' THEN 60
      WHEN kind = 'cancelled' THEN 50
      WHEN kind = 'dead' THEN 40
      WHEN kind = 'retrying' THEN 30
      WHEN kind IN ('started', 'step_done') AND NOT ended THEN 20
      WHEN kind IN ('interrupted', 'released') THEN 10
      ELSE 0 END AS rank
  FROM e
), verdict AS (
  SELECT DISTINCT ON (task_id) task_id, tenant_id, job_id, media_id, actor, queue, run, retry, rank, node, at_ms, detail
  FROM ranked
  ORDER BY task_id, retry DESC, rank DESC, at_ms, journal_id, seq
), life AS (
  SELECT task_id,
         count(DISTINCT attempt_id) FILTER (WHERE attempt_id <> '') AS attempts,
         min(at_ms) FILTER (WHERE kind = 'enqueued') AS enqueued_ms,
         min(at_ms) FILTER (WHERE kind IN ('started', 'step_done')) AS started_ms
  FROM e GROUP BY task_id
)
INSERT INTO task_log (task_id, tenant_id, job_id, media_id, actor, queue, run, retry, state, attempts, node,
                      enqueued_ms, started_ms, ended_ms, duration_ms, problem)
SELECT task_id, tenant_id, job_id, media_id, actor, queue, run, retry,
       CASE rank WHEN 60 THEN 'completed' WHEN 50 THEN 'cancelled' WHEN 40 THEN 'dead' WHEN 30 THEN 'retry_wait'
                 WHEN 20 THEN 'running' ELSE 'pending' END,
       attempts, node, enqueued_ms, started_ms,
       CASE WHEN rank >= 40 THEN at_ms END,
       CASE WHEN rank >= 40 THEN greatest(at_ms - started_ms, 0) END,
       CASE WHEN rank IN (30, 40) THEN detail->'problem' END
FROM verdict JOIN life USING (task_id)
ON CONFLICT (task_id) DO UPDATE SET
  retry = excluded.retry, state = excluded.state, attempts = excluded.attempts, node = excluded.node,
  enqueued_ms = excluded.enqueued_ms, started_ms = excluded.started_ms, ended_ms = excluded.ended_ms,
  duration_ms = excluded.duration_ms, problem = excluded.problem
