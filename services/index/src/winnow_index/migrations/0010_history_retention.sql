-- When index dropped a job's history: its events, tasks, attempts and calls. Null while they are kept. The index for it
-- is built later, beside the work (index_builds.py).
ALTER TABLE job ADD COLUMN history_dropped_ms bigint;

-- A thirtieth of these goes every day: by the default of a fifth they would be vacuumed once a week.
ALTER TABLE task_event SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE task_log SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE task_execution_history SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE ai_spending SET (autovacuum_vacuum_scale_factor = 0.02);
