DELETE FROM worker_status WHERE heartbeat_ms < %(before_ms)s
