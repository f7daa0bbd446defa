SELECT *, clock_ms()::bigint AS now_ms FROM call_limit WHERE api = %(api)s FOR UPDATE
