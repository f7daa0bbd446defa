-- It sleeps in the broker and keeps its order until some time after it should be back.
UPDATE call_place SET awake_until_ms = 0, until_ms = clock_ms() + %(wait_ms)s + %(grace_ms)s
WHERE api = %(api)s AND holder = %(holder)s
