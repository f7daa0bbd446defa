SELECT seq, body, error, at_ms FROM event_set_aside WHERE journal_id = %(journal_id)s ORDER BY seq
