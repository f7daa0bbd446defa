SELECT journal_id, seq, body FROM event_set_aside
WHERE at_ms <= %(before_ms)s AND (journal_id, seq) > (%(after_id)s, %(after_seq)s)
ORDER BY journal_id, seq LIMIT %(limit)s
