SELECT * FROM queue_stats WHERE at_ms >= %(since_ms)s ORDER BY at_ms, queue
