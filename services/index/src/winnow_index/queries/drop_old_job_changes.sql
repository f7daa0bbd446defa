DELETE FROM job_change WHERE at_ms < %(before_ms)s
