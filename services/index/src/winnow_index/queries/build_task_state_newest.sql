CREATE INDEX CONCURRENTLY task_state_newest ON task_log
(state, coalesce(enqueued_ms, started_ms, ended_ms, 0) DESC, task_id DESC)
