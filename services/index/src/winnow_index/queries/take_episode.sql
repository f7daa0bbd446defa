-- Once: it changes nothing if the episode was taken before.
UPDATE feed_episode SET state = 'taken', media_id = %(media_id)s
WHERE feed_id = %(feed_id)s AND key = %(key)s AND state = 'wanted'
