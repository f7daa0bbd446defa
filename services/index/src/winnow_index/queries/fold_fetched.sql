-- What media found where a link led. The acceptance knew neither size nor type, and its hash is the link's.
WITH fetched AS (
  SELECT DISTINCT ON (media_id) media_id, detail->'result' AS result
  FROM task_event
  WHERE kind = 'completed' AND actor = %(actor)s AND job_id = ANY (%(job_ids)s) AND detail->'result' ? 'size_bytes'
  ORDER BY media_id, at_ms, journal_id, seq
)
UPDATE media SET size_bytes = (result->>'size_bytes')::bigint, content_type = result->>'content_type', sha256 = ''
FROM fetched WHERE media.media_id = fetched.media_id
