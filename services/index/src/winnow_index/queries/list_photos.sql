-- A tenant's photos, or the one that is asked for.
SELECT * FROM (
  SELECT m.media_id, m.job_id, m.created_ms, m.title, m.tags, m.version, m.filename, m.content_type, m.size_bytes, m.warnings,
         m.original_key, p.answer, p.image_key, p.thumbnail_key, p.width, p.height,
         CASE WHEN m.stored_ms IS NOT NULL THEN 'ready' WHEN j.status IN ('failed', 'cancelled') THEN 'failed'
              ELSE 'processing' END AS status
  FROM media m JOIN job j ON j.job_id = m.job_id LEFT JOIN photo p ON p.media_id = m.media_id
  WHERE m.tenant_id = %(tenant_id)s AND m.kind = 'photo' AND (m.accepted OR m.stored_ms IS NOT NULL)
    AND (%(media_id)s::text IS NULL OR m.media_id = %(media_id)s)
    AND (%(after_ms)s::bigint IS NULL OR (m.created_ms, m.media_id) < (%(after_ms)s, %(after_id)s))
    AND (%(created_after_ms)s::bigint IS NULL OR m.created_ms >= %(created_after_ms)s)
    AND (%(created_before_ms)s::bigint IS NULL OR m.created_ms < %(created_before_ms)s)
    AND (%(tag)s::text IS NULL OR m.tags <> '{}' AND m.tags @> ARRAY[%(tag)s])
    AND NOT EXISTS (SELECT FROM unnest(%(title_words)s::text[]) AS word
                    WHERE position(word IN lower(normalize(m.title, NFC))) = 0)
    AND (%(category)s::text IS NULL OR p.category = %(category)s AND NOT p.abstained)
) AS photos
WHERE %(status)s::text IS NULL OR status = %(status)s
ORDER BY created_ms DESC, media_id DESC LIMIT %(limit)s
