INSERT INTO rate_limit_log AS log (minute_ms, api, tenant_id, used, waiting, refused)
VALUES (div(clock_ms(), 60000) * 60000, %(api)s, %(tenant_id)s, %(used)s, 0, %(refused)s)
ON CONFLICT (minute_ms, api, tenant_id) DO UPDATE SET used = log.used + excluded.used, refused = log.refused + excluded.refused
