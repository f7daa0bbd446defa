DELETE FROM queue_stats WHERE at_ms < %(before_ms)s
