-- The next turn of the API, and the holder's claim until some time after it. The clock is read once the API's row is
-- held. Rounded up, nobody calls before the exact moment; but what a division left behind at the end is no moment.
WITH force AS (
  SELECT coalesce(max(value), %(per_minute)s) AS per_minute
  FROM rate_limit WHERE name = %(api)s || '.per_minute' AND tenant_id = ''
), turn AS (
  INSERT INTO api_turn AS api (api, last_ms, setting_per_minute) VALUES (%(api)s, clock_ms(), %(per_minute)s)
  ON CONFLICT (api) DO UPDATE SET
    last_ms = greatest(api.last_ms + 60000::numeric / (SELECT per_minute FROM force), api.hold_ms, clock_ms()),
    setting_per_minute = excluded.setting_per_minute
  RETURNING last_ms
)
UPDATE answer_claim SET turn_ms = ceil(round(last_ms, 3)), until_ms = ceil(last_ms + %(claim_ms)s)
FROM turn, force WHERE tenant_id = %(tenant_id)s AND answer_key = %(answer_key)s
RETURNING turn_ms, per_minute
