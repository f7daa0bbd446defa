WITH waiting AS (
  SELECT schedule, fire_ms FROM schedule_run
  WHERE ended_ms IS NULL AND lease_ms < clock_ms() AND attempts_left > 0 AND schedule = ANY (%(names)s)
  FOR UPDATE SKIP LOCKED
)
UPDATE schedule_run SET node = %(node)s, attempts_left = attempts_left - 1,
  began_ms = coalesce(began_ms, clock_ms()), lease_ms = clock_ms() + %(lease_ms)s
FROM waiting WHERE schedule_run.schedule = waiting.schedule AND schedule_run.fire_ms = waiting.fire_ms
RETURNING schedule_run.schedule, schedule_run.fire_ms, node, attempts_left
