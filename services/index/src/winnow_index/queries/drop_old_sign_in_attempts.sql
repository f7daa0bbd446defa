DELETE FROM sign_in_attempt WHERE at_ms < %(before_ms)s
