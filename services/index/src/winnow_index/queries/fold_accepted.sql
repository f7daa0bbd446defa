-- What users asked for, into their media and jobs. The same job accepted at two gateways counts as accepted first; that
-- is known no more where the job's history was dropped.
WITH accepted AS (
  SELECT DISTINCT ON (job_id) job_id, media_id, queue, node, detail, (detail->>'created_ms')::bigint AS created_ms
  FROM task_event event
  WHERE kind = 'accepted' AND job_id = ANY (%(job_ids)s)
    AND NOT EXISTS (SELECT FROM job JOIN media ON media.media_id = job.media_id
                    WHERE job.job_id = event.job_id AND history_dropped_ms IS NOT NULL AND accepted)
  ORDER BY job_id, at_ms, journal_id, seq
), dated AS (
  UPDATE job SET created_ms = accepted.created_ms FROM accepted
  WHERE job.job_id = accepted.job_id AND job.created_ms <> accepted.created_ms
), asked AS (
  INSERT INTO task_metadata (job_id, queue, priority, not_before_ms, metadata, batch_id, origin, track)
  SELECT job_id, queue,
         CASE WHEN detail->'over_share' = 'true' THEN 'bulk' ELSE coalesce(detail#>>'{options,priority}', 'normal') END,
         nullif((detail#>>'{options,not_before_ms}')::bigint, 0), coalesce(detail#>'{options,metadata}', '{}'),
         nullif(detail->>'batch_id', ''), node, detail#>>'{options,track}'
  FROM accepted
  ON CONFLICT (job_id) DO UPDATE SET queue = excluded.queue, priority = excluded.priority,
    not_before_ms = excluded.not_before_ms, metadata = excluded.metadata, batch_id = excluded.batch_id,
    origin = excluded.origin, track = excluded.track
)
UPDATE media SET
  accepted = true,
  created_ms = accepted.created_ms,
  kind = detail->>'kind',
  title = CASE WHEN version > 0 THEN title ELSE detail->>'title' END,  -- somebody may have edited it
  filename = detail->>'filename',
  content_type = detail->>'content_type',
  size_bytes = (detail->>'size_bytes')::bigint,
  sha256 = coalesce(detail->>'sha256', ''),
  asked_language = detail->>'language',
  incoming_key = detail->>'original_key'
FROM accepted WHERE media.media_id = accepted.media_id
