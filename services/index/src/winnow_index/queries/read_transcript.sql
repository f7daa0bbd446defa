SELECT m.media_id, m.stored_ms IS NOT NULL AS stored, m.duration_ms, m.speech_ratio, m.warnings, t.language, t.model,
       j.status
FROM media m JOIN job j ON j.job_id = m.job_id LEFT JOIN transcript t ON t.media_id = m.media_id
WHERE m.tenant_id = %(tenant_id)s AND m.media_id = %(media_id)s AND (m.accepted OR m.stored_ms IS NOT NULL)
