UPDATE schedule_run SET lease_ms = clock_ms() + %(lease_ms)s, attempts_left = attempts_left + %(given_back)s,
  detail = detail || %(detail)s::jsonb
WHERE schedule = %(schedule)s AND fire_ms = %(fire_ms)s AND node = %(node)s AND attempts_left = %(attempts_left)s
  AND ended_ms IS NULL
