DELETE FROM schedule_run WHERE fire_ms < %(before_ms)s AND ended_ms IS NOT NULL
