SELECT * FROM rate_limit_log WHERE minute_ms >= %(since_ms)s ORDER BY minute_ms, api, tenant_id
