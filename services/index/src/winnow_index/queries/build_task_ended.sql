-- By when they ended: what activity and statistics count.
CREATE INDEX CONCURRENTLY task_ended ON task_log (ended_ms) WHERE ended_ms IS NOT NULL
