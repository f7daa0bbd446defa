SELECT m.*, coalesce(t.language, m.asked_language) AS language, t.media_id IS NOT NULL AS has_transcript,
       CASE WHEN m.stored_ms IS NOT NULL THEN 'ready' WHEN j.status IN ('failed', 'cancelled') THEN 'failed'
            ELSE 'processing' END AS status
FROM media m JOIN job j ON j.job_id = m.job_id LEFT JOIN transcript t ON t.media_id = m.media_id
WHERE m.tenant_id = %(tenant_id)s AND m.media_id = %(media_id)s AND (m.accepted OR m.stored_ms IS NOT NULL)
