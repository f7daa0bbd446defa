-- What is known of one task: enough to tell whether its message may be acked without running it.
WITH own AS (
  SELECT * FROM task_event WHERE task_id = %(task_id)s
), attempts AS (
  SELECT bool_or(kind IN ('retrying', 'interrupted', 'released', 'completed', 'cancelled', 'dead', 'superseded'))
         AS ended, bool_and(journal_id <> %(journal_id)s) AS elsewhere, min(arrival) AS heard
  FROM own WHERE attempt_id <> '' GROUP BY attempt_id
), doubtful AS (
  -- May have died with its process. One that nobody tells the end of any more is no doubt once a later one has ended.
  SELECT * FROM attempts WHERE NOT ended
    AND NOT EXISTS (SELECT FROM attempts later WHERE later.ended AND later.heard > attempts.heard)
), children AS (
  SELECT DISTINCT task_id FROM task_event
  WHERE job_id = %(job_id)s AND kind = 'enqueued' AND detail->>'origin' = %(task_id)s
)
SELECT
  EXISTS (SELECT FROM job WHERE job_id = %(job_id)s
            AND (run > %(run)s OR run = %(run)s AND status IN ('done', 'failed', 'cancelled'))) AS job_ended,
  (SELECT state FROM task_log WHERE task_id = %(task_id)s) AS state,
  EXISTS (SELECT FROM own JOIN journal_watermark USING (journal_id) WHERE kind = 'completed' AND lost_ms IS NULL)
    AS end_is_kept,
  EXISTS (SELECT FROM own JOIN journal_watermark USING (journal_id)
          WHERE kind = 'retrying' AND retry >= %(retry)s AND lost_ms IS NULL) AS retry_is_kept,
  (SELECT count(*) FROM children) AS children,
  (SELECT count(*) FROM children WHERE EXISTS (
     SELECT FROM task_event begun WHERE begun.task_id = children.task_id AND begun.kind = 'started')) AS begun,
  EXISTS (SELECT FROM attempts) AND NOT EXISTS (SELECT FROM doubtful) AS settled,
  EXISTS (SELECT FROM doubtful WHERE elsewhere) AS open_elsewhere,
  (SELECT count(DISTINCT attempt_id) FROM own WHERE kind = 'released' AND detail->>'alone' = 'true') AS deaths_alone
