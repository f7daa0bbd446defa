-- Tasks that ended, of each slice and of each actor: how many by state, and how long they waited and ran. Times have two
-- digits (see ended_task), so that one pass counts all, and few rows are sorted for percentiles. Hours that are summed are
-- taken from their sums (task_hour), where slices do not cut them: by the minute, if only states are wanted of a slice.
WITH summed AS (
  SELECT hour_ms FROM summed_hour
  WHERE NOT stale AND hour_ms >= %(since_ms)s AND hour_ms + 3600000 <= %(until_ms)s AND %(tenant_id)s::text IS NULL
    AND ((hour_ms - %(first_ms)s) / %(slice_ms)s = (hour_ms + 3599999 - %(first_ms)s) / %(slice_ms)s
         OR NOT %(slice_times)s AND %(first_ms)s %% 60000 = 0 AND %(slice_ms)s %% 60000 = 0)
), task AS (
  SELECT (ended_ms - %(first_ms)s) / %(slice_ms)s AS slice, actor, state, wait_ms, run_ms
  FROM rest_of_window(%(since_ms)s, %(until_ms)s, ARRAY(SELECT hour_ms FROM summed)) CROSS JOIN LATERAL (
    SELECT ended_ms, actor, state, wait_ms, run_ms FROM ended_task
    WHERE ended_ms >= from_ms AND ended_ms < to_ms
      AND (%(actor)s::text IS NULL OR actor = %(actor)s) AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
    OFFSET 0  -- else PostgreSQL takes times of two digits for as many as there are times, and sorts all
  ) AS ended
), counted AS (
  SELECT slice, actor, state, wait_ms, run_ms, count(*)::integer AS tasks
  FROM task GROUP BY GROUPING SETS ((slice, actor, state), (slice, actor, wait_ms), (slice, actor, run_ms))
  UNION ALL
  SELECT (hour_ms - %(first_ms)s + CASE WHEN kind IN ('wait', 'run') THEN 0 ELSE amount * 60000 END) / %(slice_ms)s, actor,
         CASE WHEN kind NOT IN ('wait', 'run') THEN kind END, CASE kind WHEN 'wait' THEN amount END,
         CASE kind WHEN 'run' THEN amount END, told.tasks
  FROM summed JOIN task_hour USING (hour_ms) CROSS JOIN LATERAL unnest(amounts, task_hour.tasks) AS told (amount, tasks)
  WHERE %(actor)s::text IS NULL OR actor = %(actor)s
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
