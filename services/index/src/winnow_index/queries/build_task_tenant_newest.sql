CREATE INDEX CONCURRENTLY task_tenant_newest ON task_log
(tenant_id, coalesce(enqueued_ms, started_ms, ended_ms, 0) DESC, task_id DESC)
