-- Jobs that ended without a result and were not run again in time. Their next sweep keeps nothing for another run.
UPDATE job SET uploads_expired_ms = %(now_ms)s, unswept_ms = 0
WHERE job_id IN (
  SELECT job_id FROM job
  WHERE status IN ('failed', 'cancelled') AND uploads_expired_ms IS NULL AND finished_ms <= %(before_ms)s
  ORDER BY finished_ms LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
