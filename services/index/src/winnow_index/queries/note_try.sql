UPDATE webhook_delivery SET
  state = %(state)s, tries = %(tries)s, tried_ms = %(tried_ms)s, next_ms = %(next_ms)s, status = %(status)s,
  error = %(error)s, ended_ms = CASE WHEN %(state)s <> 'pending' THEN %(now_ms)s END
WHERE delivery_id = %(delivery_id)s
