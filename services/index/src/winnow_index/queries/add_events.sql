INSERT INTO task_event (journal_id, seq, kind, tenant_id, job_id, media_id, task_id, actor, queue, run, retry,
                        attempt_id, node, at_ms, detail)
VALUES %s
ON CONFLICT (journal_id, seq) DO NOTHING
