SELECT queue, ready, unacked, oldest_ms FROM queue_stats
WHERE at_ms = (SELECT max(at_ms) FROM queue_stats WHERE at_ms >= %(since_ms)s)
