INSERT INTO event_set_aside (journal_id, seq, body, error, at_ms)
VALUES (%(journal_id)s, %(seq)s, %(body)s, %(error)s, %(now_ms)s)
ON CONFLICT DO NOTHING
