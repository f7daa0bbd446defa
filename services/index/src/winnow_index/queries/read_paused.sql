SELECT lane, since_ms FROM lane_pause ORDER BY lane
