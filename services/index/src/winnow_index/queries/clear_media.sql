-- Segments go with their transcript.
DELETE FROM transcript WHERE media_id = %(media_id)s
