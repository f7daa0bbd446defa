-- By when they ended: the jobs whose history is kept.
CREATE INDEX CONCURRENTLY job_history ON job (finished_ms, job_id)
WHERE status IN ('done', 'failed', 'cancelled') AND history_dropped_ms IS NULL
