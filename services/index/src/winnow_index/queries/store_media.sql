UPDATE media SET
  stored_ms = %(now_ms)s, duration_ms = %(duration_ms)s, has_video = %(has_video)s, speech_ratio = %(speech_ratio)s,
  warnings = %(warnings)s, original_key = %(original_key)s, poster_key = %(poster_key)s,
  thumbnail_key = %(thumbnail_key)s, rendition_key = %(rendition_key)s, rendition_type = %(rendition_type)s,
  served_result = %(result)s
WHERE media_id = %(media_id)s
