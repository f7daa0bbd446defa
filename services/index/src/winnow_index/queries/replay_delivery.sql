-- The next run of its job begins at the first try.
UPDATE webhook_delivery SET
  run = run + 1, state = 'noted', tries = 0, early_tries = 0, next_ms = NULL, planned_ms = NULL, status = NULL, error = '',
  taken_by = '', taken_until_ms = NULL, ended_ms = NULL
WHERE delivery_id = %(delivery_id)s
