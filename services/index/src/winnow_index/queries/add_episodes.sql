INSERT INTO feed_episode (feed_id, key, state, published_ms)
SELECT * FROM json_to_recordset(%(rows)s) AS new (feed_id text, key text, state text, published_ms bigint)
ON CONFLICT DO NOTHING
