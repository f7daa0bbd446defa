SELECT day, tenant_id, spent_usd FROM ai_spent_day WHERE day >= %(first_day)s ORDER BY day, tenant_id
