-- Those whose recording is still there.
SELECT media_id, job_id, title, published_ms
FROM feed_episode JOIN media USING (media_id)
WHERE feed_id = %(feed_id)s AND state = 'taken'
ORDER BY published_ms DESC NULLS LAST, media_id LIMIT %(limit)s
