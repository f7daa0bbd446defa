INSERT INTO schedule_run (schedule, fire_ms, node, ended_ms, outcome)
VALUES (%(schedule)s, %(fire_ms)s, %(node)s, clock_ms(), 'skipped_overlap')
ON CONFLICT DO NOTHING
