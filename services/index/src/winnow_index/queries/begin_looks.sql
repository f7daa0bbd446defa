-- Of the feeds that are due, each tenant's first before anybody's second, and so many of a tenant at once. A look that
-- has not ended in its time is lost, and another begins, which has twice as long, up to sixteen times.
WITH under_way AS (
  SELECT tenant_id, count(*) AS looks FROM feed WHERE looking AND next_look_ms > %(now_ms)s GROUP BY tenant_id
), due AS (
  SELECT feed_id, next_look_ms,
         coalesce(looks, 0) + row_number() OVER (PARTITION BY tenant_id ORDER BY next_look_ms, feed_id) AS place
  FROM feed LEFT JOIN under_way USING (tenant_id) WHERE next_look_ms <= %(now_ms)s
)
UPDATE feed SET
  look = look + 1,
  looking = true,
  next_look_ms = %(now_ms)s + (%(lost_ms)s::bigint << least(failures + looking::integer, 4)),
  failures = failures + looking::integer,
  problem = CASE WHEN looking THEN 'The last look did not end.' ELSE problem END
WHERE next_look_ms <= %(now_ms)s
  AND feed_id IN (SELECT feed_id FROM due WHERE place <= %(share)s ORDER BY place, next_look_ms LIMIT %(limit)s)
RETURNING feed_id, look
