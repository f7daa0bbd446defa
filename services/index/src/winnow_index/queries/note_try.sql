UPDATE webhook_delivery SET
  state = %(state)s, tries = %(tries)s, early_tries = %(early_tries)s, tried_ms = %(tried_ms)s, next_ms = %(next_ms)s,
  planned_ms = %(planned_ms)s, status = %(status)s, error = %(error)s, taken_by = '', taken_until_ms = NULL,
  ended_ms = CASE WHEN %(state)s <> 'pending' THEN %(tried_ms)s END
WHERE delivery_id = %(delivery_id)s
