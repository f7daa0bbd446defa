SELECT 1 AS one FROM feed_episode WHERE feed_id = %(feed_id)s LIMIT 1
