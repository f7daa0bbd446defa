INSERT INTO lane_pause (lane, since_ms, who) VALUES (%(lane)s, %(now_ms)s, %(who)s) ON CONFLICT (lane) DO NOTHING
