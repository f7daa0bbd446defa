-- How many of the newest "most" tasks match, and of how many jobs. It walks and filters as list_tasks does.
SELECT count(*) FILTER (WHERE matches) AS tasks, count(DISTINCT job_id) FILTER (WHERE matches) AS jobs,
       count(*) AS looked_at
FROM (
  SELECT job_id,
         (%(state)s::text IS NULL OR state = %(state)s)
         AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
         AND (%(actor)s::text IS NULL OR actor = %(actor)s)
         AND (%(queue)s::text IS NULL OR queue = %(queue)s)
         AND (%(node)s::text IS NULL OR node = %(node)s)
         AND (%(id)s::text IS NULL OR %(id)s IN (task_id, job_id, media_id))
         AND (%(error)s::text IS NULL OR position(lower(%(error)s) IN lower(problem->>'detail')) > 0)
         AND (NOT %(unhandled)s
              OR (discarded_ms IS NULL AND run >= (SELECT job.run FROM job WHERE job.job_id = looked_at.job_id)))
         AS matches
  FROM (
    SELECT *
    FROM task_log
    WHERE (%(walk_state)s::text IS NULL OR state = %(walk_state)s)
      AND (%(walk_tenant)s::text IS NULL OR tenant_id = %(walk_tenant)s)
      AND (%(walk_id)s::text IS NULL OR job_id = ANY (ARRAY (
        SELECT job_id FROM task_log WHERE task_id = %(walk_id)s
        UNION ALL SELECT job_id FROM job WHERE job_id = %(walk_id)s OR media_id = %(walk_id)s)))
      AND (%(since_ms)s::bigint IS NULL OR coalesce(enqueued_ms, started_ms, ended_ms, 0) >= %(since_ms)s)
      AND (%(until_ms)s::bigint IS NULL OR coalesce(enqueued_ms, started_ms, ended_ms, 0) < %(until_ms)s)
    ORDER BY coalesce(enqueued_ms, started_ms, ended_ms, 0) DESC, task_id DESC LIMIT %(most)s
  ) AS looked_at
) AS judged
