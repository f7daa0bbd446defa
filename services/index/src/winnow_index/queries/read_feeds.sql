-- A tenant's feeds, or one of them.
SELECT feed_id, coalesce(nullif(own_name, ''), name) AS name, url, keep, since_ms, created_ms, looking, looked_ms,
       next_look_ms, problem, waiting,
       (SELECT count(*) FROM feed_episode episode WHERE episode.feed_id = feed.feed_id AND state = 'taken') AS taken,
       (SELECT count(*) FROM feed_episode episode WHERE episode.feed_id = feed.feed_id AND state = 'passed over')
         AS passed_over
FROM feed
WHERE tenant_id = %(tenant_id)s AND (%(feed_id)s::text IS NULL OR feed_id = %(feed_id)s)
ORDER BY created_ms DESC, feed_id DESC
