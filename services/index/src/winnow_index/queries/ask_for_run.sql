-- An open run that nobody has begun: workers look for those. None is inserted while another run has not ended.
INSERT INTO schedule_run (schedule, fire_ms, asked_by, attempts_left)
VALUES (%(schedule)s, %(fire_ms)s, %(asked_by)s, %(attempts_left)s)
ON CONFLICT DO NOTHING RETURNING *
