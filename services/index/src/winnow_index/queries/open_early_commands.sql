-- Commands of deliveries whose try is early and due: the copy that the broker has waits for the planned moment. Asked again,
-- it finds those alone whose command came to index meanwhile. While a node makes the try, no other is called.
WITH early AS (
  SELECT task_id, next_ms
  FROM webhook_delivery delivery
  JOIN open_command command ON command.job_id = 'job_' || substr(delivery_id, 5) AND command.run = delivery.run
  WHERE state = 'pending' AND planned_ms IS NOT NULL AND next_ms < planned_ms AND next_ms <= %(now_ms)s
    AND not_before_ms > next_ms AND coalesce(taken_until_ms, 0) <= %(now_ms)s
  ORDER BY next_ms LIMIT %(limit)s FOR UPDATE OF command SKIP LOCKED
)
UPDATE open_command command SET
  due_ms = next_ms, not_before_ms = next_ms,
  envelope = jsonb_set(envelope, '{headers,not_before_ms}', to_jsonb(next_ms))
FROM early WHERE command.task_id = early.task_id
