SELECT journal_id, service, node, seq, body, error, at_ms
FROM event_set_aside LEFT JOIN journal_watermark USING (journal_id)
ORDER BY at_ms DESC, journal_id, seq DESC LIMIT %(limit)s
