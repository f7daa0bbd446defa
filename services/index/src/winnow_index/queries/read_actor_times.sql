-- A clock that is behind makes no wait shorter than none.
WITH task AS (
  SELECT actor, state, duration_ms,
         CASE WHEN started_ms < enqueued_ms THEN 0 ELSE started_ms - enqueued_ms END AS waited_ms
  FROM task_log
  WHERE coalesce(enqueued_ms, started_ms, ended_ms, 0) >= %(sent_ms)s
    AND ended_ms >= %(since_ms)s AND ended_ms < %(until_ms)s AND state IN ('completed', 'dead')
)
SELECT actor, count(*) AS ended, count(*) FILTER (WHERE state = 'dead') AS dead,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY waited_ms) AS wait_p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY waited_ms) AS wait_p95_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) AS run_p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS run_p95_ms
FROM task GROUP BY actor ORDER BY actor
