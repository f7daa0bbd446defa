-- A webhook's deliveries, or the one that is asked for. Where the job that delivers ended without a word of it, an operator
-- ended it, or a bug did.
SELECT delivery_id, delivery.webhook_id, type, delivery.media_id, delivery.job_id, tries, delivery.created_ms, tried_ms,
       delivery.status, error, run_of.state, CASE WHEN run_of.state = 'pending' THEN next_ms END AS next_ms
FROM webhook_delivery delivery JOIN webhook USING (webhook_id)
LEFT JOIN job ON job.job_id = 'job_' || substr(delivery_id, 5) AND job.run >= delivery.run
CROSS JOIN LATERAL (
  SELECT CASE WHEN delivery.state IN ('delivered', 'failed') THEN delivery.state
              WHEN job.status IN ('cancelled', 'failed') THEN job.status ELSE 'pending' END AS state
) AS run_of
WHERE webhook.tenant_id = %(tenant_id)s AND (%(webhook_id)s::text IS NULL OR delivery.webhook_id = %(webhook_id)s)
  AND (%(delivery_id)s::text IS NULL OR delivery_id = %(delivery_id)s)
  AND (%(after_ms)s::bigint IS NULL OR (delivery.created_ms, delivery_id) < (%(after_ms)s, %(after_id)s))
ORDER BY delivery.created_ms DESC, delivery_id DESC LIMIT %(limit)s
