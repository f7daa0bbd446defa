SELECT journal_id, service, node FROM journal_watermark WHERE lost_ms IS NOT NULL
ORDER BY lost_ms DESC, journal_id LIMIT %(limit)s
