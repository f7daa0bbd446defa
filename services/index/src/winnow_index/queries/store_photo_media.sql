UPDATE media SET
  kind = 'photo', stored_ms = %(now_ms)s, warnings = %(warnings)s, original_key = %(original_key)s,
  thumbnail_key = %(thumbnail_key)s, asked_language = %(language)s
WHERE media_id = %(media_id)s
