SELECT job_id,
       count(*) FILTER (WHERE NOT cached) AS calls,
       count(*) FILTER (WHERE cached) AS cached,
       coalesce(sum(tokens_in) FILTER (WHERE NOT cached), 0) AS tokens_in,
       coalesce(sum(tokens_out) FILTER (WHERE NOT cached), 0) AS tokens_out,
       coalesce(sum(audio_seconds) FILTER (WHERE NOT cached), 0) AS audio_seconds,
       CASE WHEN bool_and(cached) THEN 0 ELSE sum(cost_usd) END AS cost_usd
FROM ai_spending WHERE job_id = ANY (%(job_ids)s) GROUP BY job_id
