UPDATE call_limit SET calls = %(calls)s, pace = %(pace)s, best_pace = %(best_pace)s,
  busy_seconds = %(busy_seconds)s, work_seconds = %(work_seconds)s, last_ms = %(last_ms)s, next_ms = %(next_ms)s
WHERE api = %(api)s
