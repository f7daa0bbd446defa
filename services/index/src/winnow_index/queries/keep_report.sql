INSERT INTO report (week, time_zone, from_ms, until_ms, made_ms, figures, before)
VALUES (%(week)s, %(time_zone)s, %(from_ms)s, %(until_ms)s, %(made_ms)s, %(figures)s, %(before)s)
ON CONFLICT (week) DO UPDATE SET time_zone = excluded.time_zone, from_ms = excluded.from_ms,
  until_ms = excluded.until_ms, made_ms = excluded.made_ms, figures = excluded.figures, before = excluded.before
RETURNING *
