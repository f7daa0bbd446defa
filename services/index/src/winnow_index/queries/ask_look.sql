-- Let a feed be due now, unless a look is under way.
UPDATE feed SET next_look_ms = %(now_ms)s WHERE feed_id = %(feed_id)s AND NOT looking
