-- By time over all tenants.
CREATE INDEX CONCURRENTLY spending_newest ON ai_spending (at_ms)
