-- Up to when the schedule's fires before this one are known; runs that people asked for are none.
SELECT coalesce((detail->>'until_ms')::bigint, fire_ms) AS until_ms FROM schedule_run
WHERE schedule = %(schedule)s AND fire_ms < %(before_ms)s AND asked_by IS NULL
ORDER BY fire_ms DESC LIMIT 1
