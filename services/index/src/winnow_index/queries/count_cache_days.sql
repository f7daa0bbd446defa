WITH used AS (
  SELECT at_ms / 86400000 AS day, use, model, cached, cost_usd FROM ai_spending WHERE at_ms >= %(first_day)s * 86400000::bigint
), prices AS (
  SELECT use, model, avg(cost_usd) AS usd FROM used WHERE NOT cached GROUP BY use, model
), days AS (
  SELECT day, use, model, count(*) FILTER (WHERE cached) AS hits, count(*) FILTER (WHERE NOT cached) AS paid
  FROM used GROUP BY day, use, model
)
SELECT day, use, model, hits, paid, CASE WHEN hits = 0 THEN 0 ELSE (hits * usd)::double precision END AS saved_usd
FROM days LEFT JOIN prices USING (use, model)
ORDER BY day DESC, use, model
