-- An upstream's wish to be left alone is granted for a day at most; a shorter one does not end a longer one.
INSERT INTO api_turn AS api (api, last_ms, hold_ms)
VALUES (%(api)s, 0, least(%(until_ms)s, ceil(clock_ms() + 86400000)))
ON CONFLICT (api) DO UPDATE SET hold_ms = greatest(api.hold_ms, excluded.hold_ms)
RETURNING hold_ms
