UPDATE feed SET
  looking = false, looked_ms = %(now_ms)s, next_look_ms = %(next_look_ms)s, failures = %(failures)s,
  problem = %(problem)s, name = coalesce(nullif(%(name)s, ''), name), newest_ms = coalesce(%(newest_ms)s, newest_ms),
  waiting = %(waiting)s, etag = %(etag)s, last_modified = %(last_modified)s
WHERE feed_id = %(feed_id)s
