-- Tasks that ended, of each slice and of each actor: how many by state, and how long they waited and ran. Times have two
-- digits (see two_digits), so that one pass counts all, and few rows are sorted for percentiles. Cancelled tasks tell of
-- no times, and a clock that is behind makes no wait shorter than none.
WITH task AS (
  SELECT (ended_ms - %(since_ms)s) / %(slice_ms)s AS slice, actor, state,
         CASE WHEN state = 'cancelled' THEN NULL WHEN started_ms < enqueued_ms THEN 0
              ELSE two_digits(started_ms - enqueued_ms) END AS wait_ms,
         CASE WHEN state <> 'cancelled' THEN two_digits(duration_ms) END AS run_ms
  FROM task_log
  WHERE ended_ms >= %(since_ms)s AND ended_ms < %(until_ms)s
    AND (%(actor)s::text IS NULL OR actor = %(actor)s) AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
  OFFSET 0  -- else PostgreSQL takes times of two digits for as many as there are times, and sorts all
), counted AS (
  SELECT slice, actor, state, wait_ms, run_ms, count(*)::integer AS tasks
  FROM task GROUP BY GROUPING SETS ((slice, actor, state), (slice, actor, wait_ms), (slice, actor, run_ms))
), ranked AS (
  SELECT slice, actor, state, wait_ms, run_ms, sum(tasks) AS tasks,
         sum(sum(tasks)::integer) OVER (PARTITION BY slice, actor, state, wait_ms IS NULL ORDER BY wait_ms, run_ms) AS up_to,
         sum(sum(tasks)::integer) OVER (PARTITION BY slice, actor, state, wait_ms IS NULL) AS of_all
  FROM counted WHERE num_nonnulls(state, wait_ms, run_ms) = 1
  GROUP BY GROUPING SETS ((slice, state, wait_ms, run_ms), (actor, state, wait_ms, run_ms))
)
SELECT slice, actor,
       coalesce(sum(tasks) FILTER (WHERE state = 'completed'), 0)::bigint AS completed,
       coalesce(sum(tasks) FILTER (WHERE state = 'dead'), 0)::bigint AS dead,
       coalesce(sum(tasks) FILTER (WHERE state = 'cancelled'), 0)::bigint AS cancelled,
       min(wait_ms) FILTER (WHERE up_to * 100 >= of_all * 50)::double precision AS wait_p50_ms,
       min(wait_ms) FILTER (WHERE up_to * 100 >= of_all * 95)::double precision AS wait_p95_ms,
       min(wait_ms) FILTER (WHERE up_to * 100 >= of_all * 99)::double precision AS wait_p99_ms,
       min(run_ms) FILTER (WHERE up_to * 100 >= of_all * 50)::double precision AS run_p50_ms,
       min(run_ms) FILTER (WHERE up_to * 100 >= of_all * 95)::double precision AS run_p95_ms,
       min(run_ms) FILTER (WHERE up_to * 100 >= of_all * 99)::double precision AS run_p99_ms
FROM ranked GROUP BY slice, actor ORDER BY actor
