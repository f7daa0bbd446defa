-- In the order of the list, which numbers their arrival.
INSERT INTO task_event (journal_id, seq, kind, tenant_id, job_id, media_id, task_id, actor, queue, run, retry,
                        attempt_id, node, at_ms, detail)
SELECT * FROM json_to_recordset(%(rows)s)
  AS new (journal_id text, seq bigint, kind text, tenant_id text, job_id text, media_id text, task_id text, actor text,
          queue text, run integer, retry integer, attempt_id text, node text, at_ms bigint, detail jsonb)
ON CONFLICT (journal_id, seq) DO NOTHING
