SELECT job.job_id FROM job JOIN media USING (media_id)
WHERE media_id = %(media_id)s AND job.tenant_id = %(tenant_id)s AND (%(kind)s::text IS NULL OR kind = %(kind)s)
ORDER BY job.job_id FOR UPDATE OF job
