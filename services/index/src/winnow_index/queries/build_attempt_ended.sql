-- By when they ended, with what counts of them by node are made of.
CREATE INDEX CONCURRENTLY attempt_ended ON task_execution_history (ended_ms) INCLUDE (node, outcome)
WHERE ended_ms IS NOT NULL
