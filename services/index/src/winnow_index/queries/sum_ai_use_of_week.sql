WITH used AS (
  SELECT model, use,
         count(*) FILTER (WHERE NOT cached) AS calls,
         coalesce(sum(tokens_in) FILTER (WHERE NOT cached), 0)::bigint AS tokens_in,
         coalesce(sum(tokens_out) FILTER (WHERE NOT cached), 0)::bigint AS tokens_out,
         sum(cost_usd) FILTER (WHERE NOT cached) AS cost_usd,
         avg(cost_usd) FILTER (WHERE NOT cached) AS usd_per_call,
         count(*) FILTER (WHERE cached) AS cached,
         coalesce(sum(tokens_in + tokens_out) FILTER (WHERE cached), 0)::bigint AS saved_tokens
  FROM ai_spending WHERE at_ms >= %(from_ms)s AND at_ms < %(until_ms)s
  GROUP BY model, use
)
SELECT model, use, calls, tokens_in, tokens_out, cost_usd::double precision, cached, saved_tokens,
       CASE WHEN cached = 0 THEN 0 ELSE (cached * usd_per_call)::double precision END AS saved_usd
FROM used ORDER BY model, use
