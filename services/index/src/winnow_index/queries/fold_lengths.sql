-- How long recordings are, as soon as media has measured it; what is stored stands.
WITH measured AS (
  SELECT DISTINCT ON (media_id) media_id, (detail->>'length_ms')::bigint AS length_ms
  FROM task_event
  WHERE kind = 'enqueued' AND detail ? 'length_ms' AND job_id = ANY (%(job_ids)s)
  ORDER BY media_id, at_ms DESC
)
UPDATE media SET duration_ms = length_ms FROM measured
WHERE media.media_id = measured.media_id AND stored_ms IS NULL AND duration_ms IS DISTINCT FROM length_ms
