SELECT * FROM schedule_run WHERE schedule = %(schedule)s ORDER BY fire_ms DESC LIMIT %(limit)s
