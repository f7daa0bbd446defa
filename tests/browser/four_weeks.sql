-- Four weeks of work of three tenants up to now, as the folds of events leave it, for the pages of operators to show: busy by
-- day, quiet by night and at weekends, and a little more each week. Of what failed, what is older than a day was discarded.
-- The parameter now_ms is Unix milliseconds. A percent sign would begin a parameter, hence mod().
SELECT setseed(0.4);

CREATE TEMP TABLE seeded_job ON COMMIT DROP AS
WITH hour AS (
  SELECT n, %(now_ms)s - (n + 1) * 3600000::bigint AS from_ms,
         to_timestamp(%(now_ms)s / 1000 - (n + 1) * 3600) AT TIME ZONE 'UTC' AS at
  FROM generate_series(0, 28 * 24 - 1) AS n
), busy AS (
  SELECT from_ms, CASE WHEN n < 2 THEN 25 ELSE
    (1.5 + 5 * greatest(0, sin((extract(hour FROM at) - 6) / 12 * pi())))
    * CASE WHEN extract(isodow FROM at) > 5 THEN 0.3 ELSE 1 END * (1.3 - n / 1344.0) END AS jobs
  FROM hour
), one AS (
  SELECT row_number() OVER () AS n, from_ms + (random() * 3600000)::bigint AS created_ms,
         CASE WHEN random() < 0.65 THEN 'recording' ELSE 'photo' END AS kind, random() AS luck,
         (ARRAY['newsroom', 'newsroom', 'newsroom', 'archive', 'archive', 'campus'])[1 + floor(random() * 6)::integer] AS tenant_id,
         60 * exp(random() * 3.4) AS seconds
  FROM busy CROSS JOIN LATERAL generate_series(1, floor(jobs + random())::integer)
)
SELECT n, created_ms, kind, tenant_id, CASE kind WHEN 'recording' THEN seconds ELSE 0 END AS seconds,
       'job_' || md5('job' || n)::uuid AS job_id, 'med_' || md5('media' || n)::uuid AS media_id,
       CASE WHEN luck < 0.965 THEN 'done' WHEN luck < 0.99 THEN 'failed' ELSE 'cancelled' END AS status,
       -- The place in its chain at which it ended, from 0.
       CASE WHEN luck < 0.965 THEN 9 WHEN luck < 0.98 THEN 0 ELSE CASE kind WHEN 'recording' THEN 2 ELSE 1 END END AS ended_at
FROM one;

CREATE TEMP TABLE seeded_task ON COMMIT DROP AS
WITH chain (kind, place, actor, queue, node, ms, ms_a_second) AS (
  VALUES ('recording', 0, 'media.examine', 'media.examine', 'media-examine', 250, 0),
         ('recording', 1, 'media.prepare_recording', 'media', 'media', 1200, 4),
         ('recording', 2, 'ai.transcribe_audio', 'ai.speech', 'ai', 2000, 25),
         ('recording', 3, 'ai.embed_transcript', 'ai', 'ai', 400, 1),
         ('recording', 4, 'index.store_recording', 'index', 'index', 90, 0),
         ('photo', 0, 'media.prepare_photo', 'media.examine', 'media-examine', 220, 0),
         ('photo', 1, 'ai.classify_photo', 'ai.vision', 'ai', 1600, 0),
         ('photo', 2, 'ai.advise_disposal', 'ai', 'ai', 900, 0),
         ('photo', 3, 'index.store_photo', 'index', 'index', 40, 0)
), drawn AS (
  SELECT seeded_job.*, place, actor, queue, node, (-ln(1 - random()) * 400)::bigint AS wait_ms,
         ((ms + ms_a_second * seconds) * exp(random() + random() - 1))::bigint AS run_ms, random() AS luck
  FROM seeded_job JOIN chain USING (kind) WHERE place <= ended_at
), placed AS (
  SELECT *, created_ms + sum(wait_ms + run_ms) OVER (PARTITION BY n ORDER BY place)::bigint AS ended_ms FROM drawn
)
SELECT *, md5('task' || n || ' ' || place)::uuid::text AS task_id, ended_ms - run_ms AS started_ms,
       ended_ms - run_ms - wait_ms AS enqueued_ms,
       CASE WHEN place < ended_at THEN 'completed' WHEN status = 'failed' THEN 'dead' ELSE 'cancelled' END AS state,
       CASE WHEN luck < 0.012 THEN 'retry' WHEN luck < 0.015 THEN 'takeover' END AS again,
       CASE place
         WHEN 0 THEN '{"code": "corrupt-media", "detail": "The file breaks off after its first seconds."}'::jsonb
         ELSE '{"code": "upstream-timeout", "detail": "The AI endpoint did not answer within 300 s."}' END AS problem
FROM placed;

-- What would not have ended yet is left out.
DELETE FROM seeded_task WHERE n IN (SELECT n FROM seeded_task WHERE ended_ms > %(now_ms)s - 20000);
DELETE FROM seeded_job WHERE n NOT IN (SELECT n FROM seeded_task);

INSERT INTO job (job_id, tenant_id, media_id, status, created_ms, finished_ms, uploads_expired_ms, problem)
SELECT job_id, job.tenant_id, job.media_id, job.status, job.created_ms, max(ended_ms),
       CASE WHEN job.status <> 'done' THEN max(ended_ms) END,
       (array_agg(problem ORDER BY place DESC) FILTER (WHERE state = 'dead'))[1]
FROM seeded_job AS job JOIN seeded_task AS task USING (job_id)
GROUP BY job_id, job.tenant_id, job.media_id, job.status, job.created_ms;

INSERT INTO media (media_id, tenant_id, job_id, accepted, created_ms, kind, title, size_bytes, duration_ms, stored_ms)
SELECT media_id, tenant_id, job_id, true, created_ms, kind, kind || ' ' || n,
       CASE kind WHEN 'recording' THEN seconds * 120000 ELSE 2400000 END, CASE kind WHEN 'recording' THEN seconds * 1000 END,
       CASE status WHEN 'done' THEN created_ms END
FROM seeded_job;

INSERT INTO task_log (task_id, tenant_id, job_id, media_id, actor, queue, run, retry, state, attempts, node, enqueued_ms,
                      started_ms, ended_ms, duration_ms, problem, discarded_ms)
SELECT task_id, tenant_id, job_id, media_id, actor, queue, 1, 0, state, 1 + (again IS NOT NULL)::integer, node, enqueued_ms,
       started_ms, ended_ms, run_ms, CASE state WHEN 'dead' THEN problem END,
       CASE WHEN state = 'dead' AND ended_ms < %(now_ms)s - 86400000 THEN ended_ms + 3600000 END
FROM seeded_task;

INSERT INTO task_execution_history (task_id, attempt_id, number, retry, node, started_ms, ended_ms, outcome, why)
SELECT task_id, md5('a' || task_id)::uuid::text, 1, 0, node, started_ms,
       CASE WHEN again IS NULL THEN ended_ms ELSE started_ms + run_ms / 2 END,
       CASE again WHEN 'retry' THEN 'failed' WHEN 'takeover' THEN 'died'
                  ELSE CASE state WHEN 'dead' THEN 'failed' ELSE state END END, 'first'
FROM seeded_task
UNION ALL
SELECT task_id, md5('b' || task_id)::uuid::text, 2, (again = 'retry')::integer, node, started_ms + run_ms / 2, ended_ms,
       CASE state WHEN 'dead' THEN 'failed' ELSE state END, again
FROM seeded_task WHERE again IS NOT NULL;

-- Prices in US dollars: speech by the minute, the others by a million tokens. One answer in eight for photos came from the cache.
INSERT INTO ai_spending (journal_id, seq, place, tenant_id, job_id, task_id, at_ms, use, model, tokens_in, tokens_out, cost_usd,
                         cached, audio_seconds)
SELECT 'seeded', row_number() OVER (), 0, tenant_id, job_id, task_id, ended_ms, use, model, tokens_in, tokens_out,
       CASE WHEN NOT cached THEN round((heard / 60 * 0.006 + (tokens_in * in_usd + tokens_out * out_usd) / 1e6)::numeric, 6) END,
       cached, heard
FROM (
  SELECT seeded_task.*, use, model, in_usd, out_usd, heard_part * seconds AS heard,
         (base_in + seconds * in_a_second)::bigint AS tokens_in, tokens_out, kind = 'photo' AND mod(n, 8) = 0 AS cached
  FROM seeded_task JOIN (
    VALUES ('ai.transcribe_audio', 'speech', 'whisper-1', 0, 0, 0, 0, 0, 1),
           ('ai.embed_transcript', 'embedding', 'text-embedding-3-small', 0.02, 0, 0, 3, 0, 0),
           ('ai.classify_photo', 'vision', 'gpt-4o-mini', 0.15, 0.6, 8500, 0, 90, 0),
           ('ai.advise_disposal', 'text', 'gpt-4o-mini', 0.15, 0.6, 700, 0, 220, 0)
  ) AS model (actor, use, model, in_usd, out_usd, base_in, in_a_second, tokens_out, heard_part) USING (actor)
  WHERE state = 'completed'
) AS call;

INSERT INTO ai_spent_day (tenant_id, day, spent_usd)
SELECT tenant_id, at_ms / 86400000, sum(cost_usd) FROM ai_spending WHERE journal_id = 'seeded' AND NOT cached GROUP BY 1, 2;

INSERT INTO tenant_requests (tenant_id, day, requests)
SELECT tenant_id, created_ms / 86400000, 9 * count(*) FROM seeded_job GROUP BY 1, 2;

-- A day of what waited, until the stack began to count itself: three lanes, in two waves.
INSERT INTO queue_stats (queue, at_ms, ready, consumers, oldest_ms, paused, unacked, published, acked)
SELECT queue, at_ms, ready, 1, CASE WHEN ready > 0 THEN ready * 700 END, false, least(ready, 4), 4, 4
FROM (
  SELECT queue, at_ms, floor(deep * greatest(0, sin(at_ms / 4.0e6 + turn)) * (0.7 + random() * 0.6))::integer AS ready
  FROM (SELECT %(now_ms)s / 60000 * 60000 - n * 60000::bigint AS at_ms FROM generate_series(1, 1439) AS n) AS minute,
       (VALUES ('ai.speech', 38, 0), ('media', 14, 0.7), ('ai.vision', 9, 3)) AS lane (queue, deep, turn)
) AS counted
WHERE at_ms < (SELECT coalesce(min(at_ms), %(now_ms)s) FROM queue_stats);

INSERT INTO rate_limit_log (minute_ms, api, tenant_id, used, waiting, refused)
SELECT %(now_ms)s / 60000 * 60000 - n * 60000::bigint, api, 'newsroom',
       floor(most * (0.4 + 0.6 * random()) * (1 + sin(n / 9.0)) / 2)::integer,
       CASE WHEN api = 'speech' THEN floor(greatest(0, sin(n / 9.0)) * 6)::integer ELSE 0 END, 0
FROM generate_series(1, 59) AS n, (VALUES ('speech', 9), ('embedding', 14), ('vision', 22)) AS called (api, most)
ON CONFLICT DO NOTHING;

ANALYZE job, media, task_log, task_execution_history, ai_spending
