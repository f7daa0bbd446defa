UPDATE journal_watermark SET applied_seq = %(applied_seq)s WHERE journal_id = %(journal_id)s
