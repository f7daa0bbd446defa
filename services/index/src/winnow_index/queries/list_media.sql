SELECT * FROM (
  SELECT m.*, coalesce(t.language, m.asked_language) AS language, t.media_id IS NOT NULL AS has_transcript,
         CASE WHEN m.stored_ms IS NOT NULL THEN 'ready' WHEN j.status IN ('failed', 'cancelled') THEN 'failed'
              ELSE 'processing' END AS status
  FROM media m JOIN job j ON j.job_id = m.job_id LEFT JOIN transcript t ON t.media_id = m.media_id
  WHERE m.tenant_id = %(tenant_id)s AND (m.accepted OR m.stored_ms IS NOT NULL)
    AND (%(after_ms)s::bigint IS NULL OR (m.created_ms, m.media_id) < (%(after_ms)s, %(after_id)s))
    AND (%(created_after_ms)s::bigint IS NULL OR m.created_ms >= %(created_after_ms)s)
    AND (%(created_before_ms)s::bigint IS NULL OR m.created_ms < %(created_before_ms)s)
    AND (%(tag)s::text IS NULL OR m.tags <> '{}' AND m.tags @> ARRAY[%(tag)s])
    AND NOT EXISTS (SELECT FROM unnest(%(title_words)s::text[]) AS word
                    WHERE position(word IN lower(normalize(m.title, NFC))) = 0)
    AND (%(kind)s::text IS NULL OR m.kind = %(kind)s)
    AND (%(min_duration_ms)s::bigint IS NULL OR m.duration_ms >= %(min_duration_ms)s)
    AND (%(max_duration_ms)s::bigint IS NULL OR m.duration_ms <= %(max_duration_ms)s)
) AS media
WHERE (%(status)s::text IS NULL OR status = %(status)s) AND (%(language)s::text IS NULL OR language = %(language)s)
ORDER BY created_ms DESC, media_id DESC LIMIT %(limit)s
