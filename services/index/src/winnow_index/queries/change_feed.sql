-- A look that is under way knows the settings of before: it counts no more, and the next begins once it must have ended.
UPDATE feed SET
  url = coalesce(%(url)s, url),
  url_sha256 = coalesce(%(url_sha256)s, url_sha256),
  own_name = coalesce(%(name)s, own_name),
  keep = CASE WHEN %(chosen)s THEN %(keep)s::integer ELSE keep END,
  since_ms = CASE WHEN %(chosen)s THEN %(since_ms)s::bigint ELSE since_ms END,
  decide_again = decide_again OR %(chosen)s,
  etag = CASE WHEN %(anew)s THEN '' ELSE etag END,
  last_modified = CASE WHEN %(anew)s THEN '' ELSE last_modified END,
  failures = CASE WHEN %(anew)s THEN 0 ELSE failures END,
  problem = CASE WHEN %(anew)s THEN '' ELSE problem END,
  looking = looking AND NOT %(anew)s,
  looked_ms = CASE WHEN looking AND %(anew)s THEN %(now_ms)s ELSE looked_ms END,
  next_look_ms = CASE WHEN NOT %(anew)s THEN next_look_ms
                      WHEN looking THEN %(now_ms)s + %(look_ms)s
                      WHEN next_look_ms > %(now_ms)s + %(look_ms)s THEN %(now_ms)s
                      ELSE next_look_ms END
WHERE tenant_id = %(tenant_id)s AND feed_id = %(feed_id)s
