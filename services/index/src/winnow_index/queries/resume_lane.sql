DELETE FROM lane_pause WHERE lane = %(lane)s
