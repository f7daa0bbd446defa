-- Nothing is inserted if the fire is known, or if an earlier run of the schedule has not ended.
INSERT INTO schedule_run (schedule, fire_ms, node, attempts_left, began_ms, lease_ms)
VALUES (%(schedule)s, %(fire_ms)s, %(node)s, %(attempts_left)s, clock_ms(), clock_ms() + %(lease_ms)s)
ON CONFLICT DO NOTHING
