-- Tasks that ended, by slice of time.
SELECT (ended_ms - %(since_ms)s) / %(slice_ms)s AS slice,
       count(*) FILTER (WHERE state = 'completed') AS completed, count(*) FILTER (WHERE state = 'dead') AS dead,
       count(*) FILTER (WHERE state = 'cancelled') AS cancelled
FROM task_log
WHERE ended_ms >= %(since_ms)s AND ended_ms < %(until_ms)s
  AND (%(actor)s::text IS NULL OR actor = %(actor)s) AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
GROUP BY slice
