-- The API's limit, locked until the end of the transaction: wishes are decided one after another.
INSERT INTO call_limit AS known (api, told, ceiling, calls, used_ms)
VALUES (%(api)s, %(told)s, %(ceiling)s, %(first_guess)s, clock_ms())
ON CONFLICT (api) DO UPDATE SET told = excluded.told, ceiling = excluded.ceiling, used_ms = excluded.used_ms
RETURNING *, clock_ms()::bigint AS now_ms
