SELECT count(DISTINCT at_ms) AS minutes FROM queue_stats WHERE at_ms >= %(since_ms)s
