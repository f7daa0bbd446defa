-- A task waits while it is pending and its job is open; index knows since when once its journal told. One that is to begin
-- later waits from then on. Events of the last seconds may be on their way, so the minute counted ends before them.
INSERT INTO queue_stats (queue, at_ms, ready, consumers, oldest_ms, paused, unacked, published, acked)
SELECT told.queue, %(at_ms)s, told.ready, told.consumers, %(at_ms)s - since_ms,
       EXISTS (SELECT FROM lane_pause WHERE lane = told.queue),
       coalesce(held.unacked, CASE WHEN told.consumers = 0 THEN 0 END), coalesce(published, 0), coalesce(acked, 0)
FROM json_to_recordset(%(rows)s::json) AS told (queue text, ready integer, consumers integer)
LEFT JOIN (
  SELECT task.queue, min(greatest(enqueued_ms, not_before_ms)) AS since_ms
  FROM task_log task JOIN job USING (job_id) LEFT JOIN open_command USING (task_id)
  WHERE state = 'pending' AND enqueued_ms IS NOT NULL AND status IN ('queued', 'running')
    AND greatest(enqueued_ms, not_before_ms) <= %(at_ms)s
  GROUP BY task.queue
) AS waiting USING (queue)
LEFT JOIN (
  SELECT lane AS queue, sum(messages::integer) AS unacked FROM worker_status, jsonb_each_text(unacked) AS one (lane, messages)
  WHERE offline_ms IS NULL AND heartbeat_ms >= %(heard_ms)s GROUP BY lane
) AS held USING (queue)
LEFT JOIN (
  SELECT queue, count(enqueued_ms) AS published FROM task_log
  WHERE coalesce(enqueued_ms, started_ms, ended_ms, 0) >= %(from_ms)s
    AND coalesce(enqueued_ms, started_ms, ended_ms, 0) < %(until_ms)s
  GROUP BY queue
) AS sent USING (queue)
LEFT JOIN (
  SELECT queue, count(*) AS acked FROM task_execution_history attempt JOIN task_log USING (task_id)
  WHERE attempt.ended_ms >= %(from_ms)s AND attempt.ended_ms < %(until_ms)s
    AND outcome NOT IN ('interrupted', 'died', 'unknown')
  GROUP BY queue
) AS ended USING (queue)
