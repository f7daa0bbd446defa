-- One row an attempt, from the set of its events. An attempt without an end that another one followed, or whose journal
-- is lost, is unknown. Of several terminal outcomes the accepted one stands, the others are superseded. Where nothing tells
-- of the beginning, as of a job of which only the outcome is told, it is found from what tells how long it took.
WITH e AS (
  SELECT event.*, lost_ms, kind IN ('completed', 'cancelled', 'dead') AS terminal,
         coalesce(detail->>'superseded', '') <> '' AS late
  FROM task_event event LEFT JOIN journal_watermark USING (journal_id)
  WHERE task_id = ANY (%(task_ids)s)
), accepted AS (
  SELECT DISTINCT ON (task_id) task_id, kind FROM e WHERE terminal ORDER BY task_id, arrival
), winner AS (  -- where index said "too late" to the first that completed, another attempt is the one that counts
  SELECT DISTINCT ON (task_id) task_id, attempt_id AS winner_id
  FROM e JOIN accepted USING (task_id, kind) ORDER BY task_id, late, arrival
), life AS (
  SELECT task_id, attempt_id, max(retry) AS retry, min(node) AS node, bool_or(lost_ms IS NOT NULL) AS lost,
         min(at_ms) AS first_ms,
         coalesce(min(at_ms) FILTER (WHERE kind = 'started'),
                  min(at_ms - (detail->>'duration_ms')::bigint) FILTER (WHERE detail ? 'duration_ms')) AS started_ms,
         min(detail->>'why') FILTER (WHERE kind = 'started') AS why
  FROM e WHERE attempt_id <> '' GROUP BY task_id, attempt_id
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY task_id ORDER BY retry, first_ms, attempt_id) AS number,
         count(*) OVER (PARTITION BY task_id) AS attempts
  FROM life
), ending AS (
  SELECT DISTINCT ON (task_id, attempt_id) task_id, attempt_id, at_ms AS ended_ms, detail->'problem' AS problem,
         CASE WHEN terminal AND (late OR attempt_id <> winner_id) THEN 'superseded'
              WHEN kind IN ('retrying', 'dead') THEN coalesce(detail->>'outcome', 'failed')
              WHEN kind = 'released' THEN 'died'
              ELSE kind END AS outcome
  FROM e LEFT JOIN winner USING (task_id)
  WHERE kind IN ('retrying', 'interrupted', 'released', 'completed', 'cancelled', 'dead', 'superseded')
  ORDER BY task_id, attempt_id,
           array_position(ARRAY['completed', 'cancelled', 'dead', 'retrying', 'interrupted', 'superseded', 'released'],
                          kind),
           at_ms, journal_id, seq
)
INSERT INTO task_execution_history (task_id, attempt_id, number, retry, node, started_ms, ended_ms, outcome, why, problem)
SELECT task_id, attempt_id, number, retry, node, started_ms, ended_ms,
       coalesce(outcome, CASE WHEN lost OR number < attempts THEN 'unknown' END), why, problem
FROM numbered LEFT JOIN ending USING (task_id, attempt_id)
ON CONFLICT (task_id, attempt_id) DO UPDATE SET
  number = excluded.number, retry = excluded.retry, node = excluded.node, started_ms = excluded.started_ms,
  ended_ms = excluded.ended_ms, outcome = excluded.outcome, why = excluded.why, problem = excluded.problem
