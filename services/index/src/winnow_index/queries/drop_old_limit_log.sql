DELETE FROM rate_limit_log WHERE minute_ms < %(before_ms)s
