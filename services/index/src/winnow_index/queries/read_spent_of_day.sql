SELECT coalesce(sum(spent_usd), 0) AS spent_usd FROM ai_spent_day WHERE tenant_id = %(tenant_id)s AND day = %(day)s
