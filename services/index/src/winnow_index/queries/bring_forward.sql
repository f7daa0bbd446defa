-- The oldest deliveries of a webhook that wait for their next try have it early, one after the other: so many that there are
-- `most` whose try is due. A wait is cut short once, unless a person asks. What a person ended, or a bug, is not on its way.
WITH on_its_way AS NOT MATERIALIZED (
  SELECT delivery_id, created_ms, next_ms, planned_ms FROM webhook_delivery delivery
  WHERE webhook_id = %(webhook_id)s AND state = 'pending'
    AND NOT EXISTS (SELECT FROM job WHERE job_id = 'job_' || substr(delivery_id, 5)
                      AND (job.run > delivery.run
                           OR job.run = delivery.run AND job.status IN ('done', 'failed', 'cancelled')))
), early AS (
  SELECT delivery_id, row_number() OVER (ORDER BY created_ms, delivery_id) - 1 AS place
  FROM (
    SELECT delivery_id, created_ms FROM webhook_delivery JOIN on_its_way USING (delivery_id, created_ms)
    WHERE on_its_way.next_ms > %(soon_ms)s AND (on_its_way.planned_ms IS NULL OR %(asked)s)
    ORDER BY created_ms, delivery_id
    LIMIT (SELECT %(most)s - count(*) FROM (
      SELECT FROM on_its_way WHERE coalesce(next_ms, 0) <= %(soon_ms)s LIMIT %(most)s) AS due)
    FOR UPDATE OF webhook_delivery SKIP LOCKED
  ) AS waiting
)
UPDATE webhook_delivery delivery SET
  planned_ms = coalesce(planned_ms, next_ms), next_ms = %(now_ms)s + place * %(apart_ms)s
FROM early WHERE delivery.delivery_id = early.delivery_id
