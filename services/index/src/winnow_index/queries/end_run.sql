UPDATE schedule_run SET ended_ms = clock_ms(), outcome = %(outcome)s, detail = %(detail)s::jsonb
WHERE schedule = %(schedule)s AND fire_ms = %(fire_ms)s AND node = %(node)s AND attempts_left = %(attempts_left)s
  AND ended_ms IS NULL
