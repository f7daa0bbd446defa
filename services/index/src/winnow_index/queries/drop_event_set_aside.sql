DELETE FROM event_set_aside WHERE journal_id = %(journal_id)s AND seq = %(seq)s
