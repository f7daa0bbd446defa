CREATE INDEX CONCURRENTLY task_newest ON task_log
(coalesce(enqueued_ms, started_ms, ended_ms, 0) DESC, task_id DESC)
