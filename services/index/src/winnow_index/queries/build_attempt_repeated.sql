-- By when they began: the attempts that repeated_run lists, which are few among all.
CREATE INDEX CONCURRENTLY attempt_repeated ON task_execution_history
(coalesce(started_ms, ended_ms, 0) DESC, task_id DESC, attempt_id DESC)
WHERE number > 1 OR outcome IN ('unknown', 'superseded')
