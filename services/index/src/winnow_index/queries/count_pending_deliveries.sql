-- Those that have not ended, and whose job a person or a bug has not ended.
SELECT count(*) AS pending, min(created_ms) AS oldest_ms FROM webhook_delivery delivery
WHERE (state = 'noted' OR state = 'pending')
  AND NOT EXISTS (SELECT FROM job WHERE job_id = 'job_' || substr(delivery_id, 5)
                    AND (job.run > delivery.run OR job.run = delivery.run AND status IN ('done', 'failed', 'cancelled')))
