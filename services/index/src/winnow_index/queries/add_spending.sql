-- Only rows that are new are added to their day. Days are locked in order: two batches never wait for each other.
WITH told AS (
  INSERT INTO ai_spending (journal_id, seq, place, tenant_id, job_id, task_id, at_ms, use, model, tokens_in, tokens_out,
                           audio_seconds, cost_usd, cached)
  VALUES %s
  ON CONFLICT (journal_id, seq, place) DO NOTHING
  RETURNING tenant_id, at_ms / 86400000 AS day, cost_usd
)
INSERT INTO ai_spent_day (tenant_id, day, spent_usd)
SELECT tenant_id, day, sum(cost_usd) FROM told WHERE cost_usd > 0 GROUP BY tenant_id, day ORDER BY tenant_id, day
ON CONFLICT (tenant_id, day) DO UPDATE SET spent_usd = ai_spent_day.spent_usd + excluded.spent_usd
