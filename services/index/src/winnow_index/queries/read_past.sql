-- What is known of one task: enough to tell whether its message may be acked without running it. What index keeps the
-- command of will come, whatever becomes of the journal that wrote it. Nodes of an earlier version do not send it along:
-- what follows from their events is believed while their journal stands: it was heard of lately.
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
  SELECT task_id, bool_or(detail ? 'kept') AS told FROM task_event
  WHERE job_id = %(job_id)s AND kind = 'enqueued' AND detail->>'origin' = %(task_id)s GROUP BY task_id
), ends AS (                       -- and whether index has all that its journal told before
  SELECT seq <= applied_seq AS complete, lost_ms IS NULL AND seen_ms >= %(heard_ms)s AS stands
  FROM own JOIN journal_watermark USING (journal_id) WHERE kind = 'completed'
), missing AS (                    -- children that may never come
  SELECT * FROM children
  WHERE NOT EXISTS (SELECT FROM open_command WHERE open_command.task_id = children.task_id)
    AND NOT EXISTS (SELECT FROM task_log ended WHERE ended.task_id = children.task_id
                      AND ended.state IN ('completed', 'cancelled', 'dead'))
)
SELECT
  EXISTS (SELECT FROM job WHERE job_id = %(job_id)s
            AND (run > %(run)s OR run = %(run)s AND status IN ('done', 'failed', 'cancelled')))
    OR EXISTS (SELECT FROM deleted_media WHERE job_id = %(job_id)s) AS job_ended,
  (SELECT state FROM task_log WHERE task_id = %(task_id)s) AS state,
  EXISTS (SELECT FROM ends WHERE complete OR stands) AND NOT EXISTS (SELECT FROM missing WHERE told)
    AND (EXISTS (SELECT FROM ends WHERE stands) OR NOT EXISTS (SELECT FROM children WHERE NOT told)) AS end_is_kept,
  EXISTS (SELECT FROM open_command WHERE task_id = %(task_id)s AND retry > %(retry)s)
    OR EXISTS (SELECT FROM own JOIN journal_watermark USING (journal_id)
               WHERE kind = 'retrying' AND retry >= %(retry)s AND NOT detail ? 'kept' AND lost_ms IS NULL)
    AS retry_is_kept,
  (SELECT count(*) FROM children) AS children,
  (SELECT count(*) FROM children WHERE EXISTS (
     SELECT FROM task_event begun WHERE begun.task_id = children.task_id AND begun.attempt_id <> '')) AS begun,
  EXISTS (SELECT FROM attempts) AND NOT EXISTS (SELECT FROM doubtful) AS settled,
  EXISTS (SELECT FROM doubtful WHERE elsewhere) AS open_elsewhere,
  (SELECT count(DISTINCT attempt_id) FROM own WHERE kind = 'released' AND detail->>'alone' = 'true') AS deaths_alone
