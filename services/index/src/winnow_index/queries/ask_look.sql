-- Let a feed be due now, unless a look is under way or has just ended. Returns how long it is until somebody may ask.
UPDATE feed SET next_look_ms = CASE
  WHEN looking OR looked_ms > %(now_ms)s - %(least_ms)s THEN next_look_ms ELSE %(now_ms)s END
WHERE feed_id = %(feed_id)s
RETURNING CASE WHEN looking THEN 0 ELSE greatest(coalesce(looked_ms, 0) + %(least_ms)s - %(now_ms)s, 0) END AS left_ms
