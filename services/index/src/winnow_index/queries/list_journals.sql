WITH unknown AS (
  SELECT journal_id, count(DISTINCT attempt.attempt_id) AS attempts
  FROM task_execution_history attempt JOIN task_event event USING (task_id, attempt_id)
  WHERE outcome = 'unknown' GROUP BY journal_id
)
SELECT journal_id, service, node, applied_seq, seen_ms, lost_ms, coalesce(unknown.attempts, 0) AS unknown_attempts
FROM journal_watermark LEFT JOIN unknown USING (journal_id) ORDER BY service, node, seen_ms DESC, journal_id
