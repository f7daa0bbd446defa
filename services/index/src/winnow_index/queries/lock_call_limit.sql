-- The API's limit, locked until the end of the transaction: wishes are decided one after another. at_once has what
-- operators set by tenant; the empty one is for all.
INSERT INTO call_limit AS known (api, told, ceiling, setting_ceiling, setting_per_minute, calls, used_ms)
SELECT %(api)s, %(told)s, coalesce(max(value), %(ceiling)s), %(ceiling)s, %(per_minute)s, %(first_guess)s, clock_ms()
FROM rate_limit WHERE name = %(use)s || '.at_once' AND tenant_id = ''
ON CONFLICT (api) DO UPDATE SET
  told = excluded.told, ceiling = excluded.ceiling, setting_ceiling = excluded.setting_ceiling,
  setting_per_minute = excluded.setting_per_minute, used_ms = excluded.used_ms
RETURNING *, clock_ms()::bigint AS now_ms,
  (SELECT value FROM rate_limit WHERE name = %(use)s || '.per_minute') AS set_per_minute,
  (SELECT json_object_agg(tenant_id, value) FROM rate_limit WHERE name = %(use)s || '.at_once') AS at_once
