-- How many of a tenant's recordings that were episodes are not ready yet.
SELECT count(*) AS open FROM job
WHERE tenant_id = %(tenant_id)s AND status IN ('queued', 'running')
  AND EXISTS (SELECT FROM feed_episode WHERE feed_episode.media_id = job.media_id)
