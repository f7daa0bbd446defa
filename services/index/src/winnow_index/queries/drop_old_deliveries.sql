-- Deliveries that ended long ago or whose webhook is gone; and the jobs that delivered, or looked at feeds,
-- once their history is dropped: known by their kind, too, as a tenant of one of these names may be there from before.
WITH jobs AS (
  DELETE FROM job USING media
  WHERE job.tenant_id IN ('webhooks', 'feeds') AND history_dropped_ms IS NOT NULL
    AND media.media_id = job.media_id AND media.kind IN ('webhook', 'feed')
  RETURNING job.job_id, job.media_id
), media AS (
  DELETE FROM media USING jobs WHERE media.media_id = jobs.media_id
), results AS (
  DELETE FROM applied_result USING jobs WHERE applied_result.job_id = jobs.job_id
)
DELETE FROM webhook_delivery delivery
WHERE ended_ms < %(before_ms)s
   OR NOT EXISTS (SELECT FROM webhook WHERE webhook.webhook_id = delivery.webhook_id)
