SELECT key, state FROM feed_episode WHERE feed_id = %(feed_id)s AND key = ANY (%(keys)s)
