-- Fills an empty history by set, for psql: :rows tasks of five a job over the :days days before :now_ms, with attempts, jobs,
-- media, calls and repeats, each from the same seed. Events are there only of attempts whose end is unknown: no read
-- that is timed looks at others. Chains go on after a dead task, which a real one does not.
\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '128MB';
SET max_parallel_workers_per_gather = 0;

-- What would be kept row by row is made again in one go afterwards.
CREATE TEMP TABLE later AS
SELECT conname AS name, contype = 'f' AS refers,
       format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS dropped,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS made
FROM pg_constraint
WHERE conrelid = ANY ('{task_log,task_execution_history,ai_spending}'::regclass[]) AND contype IN ('p', 'f')
UNION ALL
SELECT indexrelid::regclass::text, false, format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY ('{task_log,task_execution_history,ai_spending}'::regclass[]) AND NOT indisprimary;
SELECT dropped FROM later ORDER BY refers DESC \gexec

SELECT setseed(0.21);
CREATE UNLOGGED TABLE seeded AS
WITH actor (place, actor, queue, service, ms) AS (
  VALUES (0, 'media.examine', 'media.examine', 'media', 300), (1, 'media.prepare_recording', 'media', 'media', 4000),
         (2, 'ai.transcribe_audio', 'ai', 'ai', 9000), (3, 'ai.embed_transcript', 'ai', 'ai', 1500),
         (4, 'index.store_recording', 'index', 'index', 120)
)
SELECT n, (n - 1) / 5 AS job, md5('task' || n)::uuid::text AS task_id, 'job_' || md5('job' || (n - 1) / 5)::uuid AS job_id,
       'med_' || md5('job' || (n - 1) / 5)::uuid AS media_id, 'tenant-' || (n - 1) / 5 % 20 AS tenant_id,
       actor, queue, service || '-' || n % 3 + 1 AS node,
       :now_ms - (:days * 86400000::numeric * (:rows - n) / :rows)::bigint - 120000 AS enqueued_ms,
       (-ln(1 - random()) * 400)::bigint AS wait_ms,
       (ms * exp(random() + random() + random() - 1.5))::bigint AS run_ms,
       CASE WHEN n > :rows - 100 THEN 'pending' WHEN n > :rows - 150 THEN 'running'
            ELSE CASE width_bucket(random(), '{0,0.003,0.005}'::float[]) WHEN 1 THEN 'dead' WHEN 2 THEN 'cancelled'
                      ELSE 'completed' END END AS state,
       -- One task in a hundred ran twice.
       CASE WHEN n > :rows - 150 THEN 'once' ELSE
         ('{retry,waited,interrupted,takeover,redelivered,again,superseded,once}'::text[])[
           width_bucket(random(), '{0,0.006,0.008,0.009,0.0095,0.0098,0.0099,0.01}'::float[])] END AS twice
FROM generate_series(1, :rows) AS n JOIN actor ON place = n % 5;

INSERT INTO job (job_id, tenant_id, media_id, status, created_ms, finished_ms)
SELECT job_id, tenant_id, media_id, CASE WHEN n > :rows - 150 THEN 'running' ELSE 'done' END, enqueued_ms,
       CASE WHEN n <= :rows - 150 THEN enqueued_ms + 15000 END
FROM seeded WHERE n % 5 = 1;

INSERT INTO media (media_id, tenant_id, job_id, accepted, created_ms, title)
SELECT media_id, tenant_id, job_id, true, created_ms, 'recording' FROM job;

INSERT INTO task_log (task_id, tenant_id, job_id, media_id, actor, queue, run, retry, state, attempts, node, enqueued_ms,
                      started_ms, ended_ms, duration_ms, problem, discarded_ms)
SELECT task_id, tenant_id, job_id, media_id, actor, queue, 1, 0, state, (state <> 'pending')::int + (twice <> 'once')::int,
       node, enqueued_ms, CASE WHEN state <> 'pending' THEN enqueued_ms + wait_ms END,
       CASE WHEN state NOT IN ('pending', 'running') THEN enqueued_ms + wait_ms + run_ms END,
       CASE WHEN state NOT IN ('pending', 'running') THEN run_ms END,
       CASE WHEN state = 'dead' THEN '{"code": "internal", "detail": "The recording has no sound that can be read."}'::jsonb END,
       CASE WHEN state = 'dead' AND enqueued_ms < :now_ms - 86400000 THEN enqueued_ms + 3600000 END
FROM seeded;

-- Half of the dead tasks were replayed.
INSERT INTO task_log (task_id, tenant_id, job_id, media_id, actor, queue, run, retry, state, attempts, node, enqueued_ms,
                      started_ms, ended_ms, duration_ms)
SELECT md5('replay' || n)::uuid::text, tenant_id, job_id, media_id, actor, queue, 2, 0, 'completed', 1, node,
       enqueued_ms + 60000, enqueued_ms + 60100, enqueued_ms + 60100 + run_ms, run_ms
FROM seeded WHERE state = 'dead' AND n % 2 = 0 AND enqueued_ms < :now_ms - 86400000;

INSERT INTO task_execution_history (task_id, attempt_id, number, retry, node, started_ms, ended_ms, outcome, why)
SELECT task_id, md5('a' || n)::uuid::text, 1, 0, node, enqueued_ms + wait_ms,
       CASE WHEN state <> 'running' AND twice NOT IN ('redelivered', 'again')
            THEN enqueued_ms + wait_ms + CASE WHEN twice = 'once' THEN run_ms ELSE run_ms / 2 END END,
       CASE WHEN state = 'running' THEN NULL
            ELSE CASE twice WHEN 'retry' THEN 'failed' WHEN 'waited' THEN 'snoozed' WHEN 'interrupted' THEN 'interrupted'
                            WHEN 'takeover' THEN 'died' WHEN 'redelivered' THEN 'unknown' WHEN 'again' THEN 'unknown'
                            ELSE CASE state WHEN 'dead' THEN 'failed' ELSE state END END END, 'first'
FROM seeded WHERE state <> 'pending'
UNION ALL
SELECT task_id, md5('b' || n)::uuid::text, 2, (twice IN ('retry', 'waited'))::int, node, enqueued_ms + wait_ms + run_ms / 2,
       enqueued_ms + wait_ms + run_ms, CASE WHEN twice = 'superseded' THEN twice WHEN state = 'dead' THEN 'failed' ELSE state END,
       CASE twice WHEN 'waited' THEN 'retry' WHEN 'interrupted' THEN 'resumed' WHEN 'superseded' THEN 'redelivered' ELSE twice END
FROM seeded WHERE twice <> 'once'
UNION ALL
SELECT task_id, md5('r' || task_id)::uuid::text, 1, 0, node, started_ms, ended_ms, 'completed', 'first'
FROM task_log WHERE run = 2;

INSERT INTO task_event (journal_id, seq, kind, tenant_id, job_id, media_id, task_id, actor, queue, run, retry, attempt_id,
                        node, at_ms, detail)
SELECT 'journal-' || node, n, 'started', tenant_id, job_id, media_id, task_id, actor, queue, 1, 0, md5('a' || n)::uuid::text,
       node, enqueued_ms + wait_ms, '{"why": "first"}'
FROM seeded WHERE twice IN ('redelivered', 'again');

INSERT INTO journal_watermark (journal_id, service, node, applied_seq, seen_ms)
SELECT DISTINCT 'journal-' || node, split_part(node, '-', 1), node, :rows, :now_ms FROM seeded;

INSERT INTO ai_spending (journal_id, seq, place, tenant_id, job_id, task_id, at_ms, use, model, tokens_in, tokens_out,
                         cost_usd, cached)
SELECT 'journal-' || node, n, 0, tenant_id, job_id, task_id, enqueued_ms + wait_ms,
       CASE actor WHEN 'ai.transcribe_audio' THEN 'speech' ELSE 'embedding' END, 'model-1', run_ms, 0,
       run_ms * 0.000001::numeric, n % 20 = 2
FROM seeded WHERE actor LIKE 'ai.%' AND state <> 'pending';

INSERT INTO ai_spent_day (tenant_id, day, spent_usd)
SELECT tenant_id, at_ms / 86400000, sum(cost_usd) FROM ai_spending WHERE NOT cached GROUP BY 1, 2;

DROP TABLE seeded;
SELECT made FROM later ORDER BY refers, name \gexec
VACUUM ANALYZE;
