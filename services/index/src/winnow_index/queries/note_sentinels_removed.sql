UPDATE journal_watermark SET sentinels_removed_ms = %(now_ms)s WHERE journal_id = %(journal_id)s
