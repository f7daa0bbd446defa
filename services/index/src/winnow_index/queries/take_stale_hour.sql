-- The newest stale hour before the last one, to be summed in this transaction. Whoever changes what ended in it waits, and
-- then makes it stale again.
UPDATE summed_hour SET stale = false
WHERE hour_ms = (SELECT hour_ms FROM summed_hour WHERE stale AND hour_ms < %(before_ms)s
                 ORDER BY hour_ms DESC LIMIT 1 FOR UPDATE)
RETURNING hour_ms
