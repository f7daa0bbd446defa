-- A clock that is behind makes no wait shorter than none.
WITH task AS (
  SELECT (ended_ms - %(since_ms)s) / %(slice_ms)s AS slice, duration_ms,
         CASE WHEN started_ms < enqueued_ms THEN 0 ELSE started_ms - enqueued_ms END AS waited_ms
  FROM task_log
  WHERE ended_ms >= %(since_ms)s AND ended_ms < %(until_ms)s AND state IN ('completed', 'dead')
    AND (%(actor)s::text IS NULL OR actor = %(actor)s) AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
), times AS (
  SELECT slice, percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY waited_ms) AS wait,
         percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY duration_ms) AS run
  FROM task GROUP BY slice
)
SELECT slice, wait[1] AS wait_p50_ms, wait[2] AS wait_p95_ms, run[1] AS run_p50_ms, run[2] AS run_p95_ms FROM times
