-- What the calls of a window cost by job. Cached answers cost nothing.
WITH call AS (
  SELECT job_id, cost_usd FROM ai_spending
  WHERE at_ms >= %(since_ms)s AND at_ms < %(until_ms)s AND NOT cached
    AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
    AND (%(actor)s::text IS NULL OR (
      SELECT actor = %(actor)s FROM task_log WHERE task_log.task_id = ai_spending.task_id))
), spent AS (
  SELECT job_id, sum(cost_usd)::double precision AS usd FROM call WHERE cost_usd IS NOT NULL GROUP BY job_id
)
SELECT count(*) AS jobs, coalesce(sum(usd), 0) AS cost_usd,
       (SELECT count(*) FROM call WHERE cost_usd IS NULL) AS unpriced,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY usd) AS p50_usd,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY usd) AS p95_usd,
       max(usd) AS highest_usd,
       (SELECT job_id FROM spent ORDER BY usd DESC, job_id LIMIT 1) AS highest_job_id
FROM spent
