-- A delivery for whoever delivers it, locked: tries are counted one after the other.
SELECT delivery_id, delivery.webhook_id, type, delivery.media_id, delivery.job_id, delivery.created_ms, run, state, tries,
       early_tries, tried_ms, next_ms, planned_ms, delivery.status, taken_by, taken_until_ms, url, disabled_because, secret,
       CASE WHEN old_secret_until_ms > %(now_ms)s THEN old_secret END AS old_secret
FROM webhook_delivery delivery JOIN webhook USING (webhook_id)
WHERE delivery_id = %(delivery_id)s FOR UPDATE OF delivery
