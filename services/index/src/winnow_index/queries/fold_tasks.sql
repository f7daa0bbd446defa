-- Each task's state, from the set of its events. The terminal outcome that arrived first is accepted and stays; until
-- there is one the highest retry decides, within it the highest rank, and neither order nor repetition matters. An
-- attempt is open while nothing tells of its end and its journal is not lost. Where nothing tells of the beginning, it is
-- found from what tells how long it took.
WITH e AS (
  SELECT event.*, kind IN ('completed', 'cancelled', 'dead') AS terminal,
         bool_or(kind IN ('retrying', 'interrupted', 'released', 'completed', 'cancelled', 'dead', 'superseded')
                 OR lost_ms IS NOT NULL) OVER (PARTITION BY task_id, attempt_id) AS ended
  FROM task_event event LEFT JOIN journal_watermark USING (journal_id)
  WHERE task_id = ANY (%(task_ids)s)
), ranked AS (
  SELECT *, CASE
      WHEN kind = 'retrying' THEN 30
      WHEN kind IN ('started', 'step_done') AND NOT ended THEN 20
      WHEN kind IN ('interrupted', 'released') THEN 10
      ELSE 0 END AS rank
  FROM e
), verdict AS (
  SELECT DISTINCT ON (task_id) task_id, tenant_id, job_id, media_id, actor, queue, run, retry, node, at_ms, detail,
         terminal,
         CASE WHEN terminal THEN kind WHEN rank = 30 THEN 'retry_wait' WHEN rank = 20 THEN 'running' ELSE 'pending'
              END AS state
  FROM ranked
  ORDER BY task_id, terminal DESC, CASE WHEN terminal THEN arrival END, retry DESC, rank DESC, at_ms, journal_id, seq
), life AS (
  SELECT task_id,
         count(DISTINCT attempt_id) FILTER (WHERE attempt_id <> '') AS attempts,
         min(at_ms) FILTER (WHERE kind = 'enqueued') AS enqueued_ms,
         coalesce(min(at_ms) FILTER (WHERE kind = 'started'),
                  min(at_ms - (detail->>'duration_ms')::bigint)
                    FILTER (WHERE detail ? 'duration_ms' AND attempt_id <> '')) AS started_ms
  FROM e GROUP BY task_id
)
INSERT INTO task_log (task_id, tenant_id, job_id, media_id, actor, queue, run, retry, state, attempts, node,
                      enqueued_ms, started_ms, ended_ms, duration_ms, problem, trace, command, deferred)
SELECT task_id, tenant_id, job_id, media_id, actor, queue, run, retry, state, attempts, node, enqueued_ms, started_ms,
       CASE WHEN terminal THEN at_ms END,
       CASE WHEN terminal THEN greatest(at_ms - started_ms, 0) END,
       CASE WHEN state IN ('retry_wait', 'dead') THEN detail->'problem' END,
       CASE WHEN state = 'dead' THEN detail->>'trace' END,
       CASE WHEN state IN ('dead', 'cancelled') THEN detail->'command' END,
       state = 'retry_wait' AND coalesce(detail->>'outcome', '') IN ('deferred', 'snoozed')
FROM verdict JOIN life USING (task_id)
ON CONFLICT (task_id) DO UPDATE SET
  retry = excluded.retry, state = excluded.state, attempts = excluded.attempts, node = excluded.node,
  enqueued_ms = excluded.enqueued_ms, started_ms = excluded.started_ms, ended_ms = excluded.ended_ms,
  duration_ms = excluded.duration_ms, problem = excluded.problem, trace = excluded.trace, command = excluded.command,
  deferred = excluded.deferred
