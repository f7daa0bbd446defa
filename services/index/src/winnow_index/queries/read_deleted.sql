-- By the id of a media or of a job. An operator asks about any tenant's.
SELECT deleted_ms FROM deleted_media
WHERE (media_id = %(id)s OR job_id = %(id)s) AND (%(tenant_id)s::text IS NULL OR tenant_id = %(tenant_id)s)
