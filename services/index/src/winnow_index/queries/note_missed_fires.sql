INSERT INTO schedule_run (schedule, fire_ms, ended_ms, outcome, detail)
VALUES (%(schedule)s, %(fire_ms)s, clock_ms(), 'missed', %(detail)s)
ON CONFLICT DO NOTHING
