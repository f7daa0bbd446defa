-- A task waits while it is pending; index knows since when once its journal told.
INSERT INTO queue_stats (queue, at_ms, ready, consumers, oldest_ms, paused)
SELECT told.queue, %(at_ms)s, told.ready, told.consumers,
       CASE WHEN since_ms IS NOT NULL THEN greatest(%(at_ms)s - since_ms, 0) END,
       EXISTS (SELECT FROM lane_pause WHERE lane = told.queue)
FROM json_to_recordset(%(rows)s::json) AS told (queue text, ready integer, consumers integer)
LEFT JOIN (
  SELECT queue, min(enqueued_ms) AS since_ms FROM task_log WHERE state = 'pending' GROUP BY queue
) AS waiting USING (queue)
