-- Runs that ended: all that are old, and those of schedules that keep theirs for less, unless they failed.
DELETE FROM schedule_run
WHERE ended_ms IS NOT NULL
  AND (fire_ms < %(before_ms)s
       OR outcome <> 'failed' AND EXISTS (
         SELECT FROM unnest(%(schedules)s::text[], %(befores_ms)s::bigint[]) AS kept (schedule, before_ms)
         WHERE kept.schedule = schedule_run.schedule AND fire_ms < kept.before_ms))
