-- Ready, or on its way: what failed, was cancelled or deleted is none. A hash that a sender only promised, and that is not
-- compared yet, is compared by the job.
SELECT media.media_id, media.job_id FROM media JOIN job USING (job_id)
WHERE media.tenant_id = %(tenant_id)s AND sha256 = %(sha256)s AND sha256 <> '' AND kind = %(kind)s AND accepted
  AND (media.stored_ms IS NOT NULL OR status NOT IN ('failed', 'cancelled'))
ORDER BY media.created_ms DESC LIMIT 1
