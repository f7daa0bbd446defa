-- The next run of its job begins at the first try.
UPDATE webhook_delivery SET
  run = run + 1, state = 'noted', tries = 0, next_ms = NULL, status = NULL, error = '', ended_ms = NULL
WHERE delivery_id = %(delivery_id)s
