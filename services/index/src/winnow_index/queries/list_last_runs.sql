-- The latest of each schedule, but none that was only missed or skipped: that it was so is in the list of its runs.
SELECT latest.* FROM (SELECT DISTINCT unnest(%(names)s::text[]) AS schedule) AS named
CROSS JOIN LATERAL (
  SELECT * FROM schedule_run
  WHERE schedule_run.schedule = named.schedule AND coalesce(outcome, '') NOT IN ('missed', 'skipped_overlap')
  ORDER BY fire_ms DESC LIMIT 1
) AS latest
