-- Passages of a result that is not served; of all such results where none is named.
DELETE FROM passage USING media
WHERE passage.media_id = %(media_id)s AND media.media_id = passage.media_id AND result <> served_result
  AND (%(result)s::text IS NULL OR result = %(result)s)
