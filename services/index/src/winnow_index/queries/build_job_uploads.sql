-- By when they ended: the jobs whose uploads are kept for another run.
CREATE INDEX CONCURRENTLY job_uploads ON job (finished_ms)
WHERE status IN ('failed', 'cancelled') AND uploads_expired_ms IS NULL
