-- By when they began: tasks of a job's second and later runs, which repeated_run lists.
CREATE INDEX CONCURRENTLY task_rerun ON task_log (coalesce(started_ms, ended_ms, 0)) WHERE run > 1
