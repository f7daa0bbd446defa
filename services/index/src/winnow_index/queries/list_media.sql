SELECT * FROM (
  SELECT m.*, coalesce(t.language, m.asked_language) AS language, t.media_id IS NOT NULL AS has_transcript,
         CASE WHEN m.stored_ms IS NOT NULL THEN 'ready' WHEN j.status IN ('failed', 'cancelled') THEN 'failed'
              ELSE 'processing' END AS status
  FROM media m JOIN job j ON j.job_id = m.job_id LEFT JOIN transcript t ON t.media_id = m.media_id
  WHERE m.tenant_id = %(tenant_id)s AND (m.accepted OR m.stored_ms IS NOT NULL)
    AND (%(after_ms)s::bigint IS NULL OR (m.created_ms, m.media_id) < (%(after_ms)s, %(after_id)s))
) AS media
WHERE (%(status)s::text IS NULL OR status = %(status)s) AND (%(kind)s::text IS NULL OR kind = %(kind)s)
ORDER BY created_ms DESC, media_id DESC LIMIT %(limit)s
