-- What users asked for, into their media. The same job accepted at two gateways counts as accepted first.
UPDATE media SET
  accepted = true,
  created_ms = (detail->>'created_ms')::bigint,
  kind = detail->>'kind',
  title = detail->>'title',
  filename = detail->>'filename',
  content_type = detail->>'content_type',
  size_bytes = (detail->>'size_bytes')::bigint,
  sha256 = coalesce(detail->>'sha256', ''),
  asked_language = detail->>'language',
  incoming_key = detail->>'original_key'
FROM (
  SELECT DISTINCT ON (media_id) media_id, detail
  FROM task_event
  WHERE kind = 'accepted' AND job_id = ANY (%(job_ids)s)
  ORDER BY media_id, at_ms, journal_id, seq
) AS accepted
WHERE media.media_id = accepted.media_id
