-- Tasks that ended, counted in one pass by slice and actor: by state, and by how long they waited and ran. Times have two
-- digits (see two_digits), so that they are few and nothing has to be sorted. Cancelled tasks tell of no times, and a
-- clock that is behind makes no wait shorter than none.
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
  SELECT CASE GROUPING(state, wait_ms, run_ms) WHEN 3 THEN 'state' WHEN 5 THEN 'wait_ms' ELSE 'run_ms' END AS counted,
         slice, actor, state, wait_ms, run_ms, count(*) AS tasks
  FROM task GROUP BY GROUPING SETS ((slice, actor, state), (slice, actor, wait_ms), (slice, actor, run_ms))
)
SELECT counted, slice, actor, state, wait_ms, run_ms, sum(tasks)::bigint AS tasks FROM counted
GROUP BY GROUPING SETS ((counted, slice, state, wait_ms, run_ms), (counted, actor, state, wait_ms, run_ms))
