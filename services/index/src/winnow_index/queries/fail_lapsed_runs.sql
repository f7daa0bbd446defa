UPDATE schedule_run SET ended_ms = clock_ms(), outcome = 'failed',
  detail = jsonb_build_object('error', 'Node ' || node || ' died or was cut off from PostgreSQL before its end.') || detail
WHERE ended_ms IS NULL AND lease_ms < clock_ms() AND attempts_left = 0 AND schedule = ANY (%(names)s)
