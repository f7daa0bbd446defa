-- The picture is the one served now: those of earlier runs may have been removed.
SELECT f.*, p.image_key FROM photo_feedback f JOIN photo p ON p.media_id = f.media_id
WHERE f.tenant_id = %(tenant_id)s
  AND (%(after_ms)s::bigint IS NULL OR (f.at_ms, f.feedback_id) < (%(after_ms)s, %(after_id)s))
ORDER BY f.at_ms DESC, f.feedback_id DESC LIMIT %(limit)s
