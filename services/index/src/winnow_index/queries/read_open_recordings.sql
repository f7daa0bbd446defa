-- Recordings that are not done, in the order in which the speech model comes to them: who is called for goes first, who
-- is prepared goes by when it was asked for, who is still being prepared comes after; work in bulk is behind all other.
-- ``left_seconds``: sound to hear, its whole length until it has been looked at; null where that is not known yet.
SELECT job.job_id,
       CASE WHEN heard.state IN ('completed', 'dead', 'cancelled') OR later.job_id IS NOT NULL THEN 0
            ELSE coalesce(place.left_seconds, media.duration_ms / 1000.0) END AS left_seconds,
       media.duration_ms / 1000.0 AS seconds
FROM job
JOIN media ON media.media_id = job.media_id AND media.kind = 'recording'
LEFT JOIN task_log heard ON heard.job_id = job.job_id AND heard.run = job.run AND heard.actor = 'ai.transcribe_audio'
LEFT JOIN LATERAL (
  SELECT job_id FROM task_log
  WHERE task_log.job_id = job.job_id AND task_log.run = job.run AND actor IN ('ai.embed_transcript', 'index.store_recording') LIMIT 1
) later ON true
LEFT JOIN LATERAL (
  SELECT job_id, admitted, order_ms, left_seconds FROM call_place
  WHERE call_place.job_id = job.job_id AND api LIKE 'speech %%' AND NOT spare AND until_ms > clock_ms()
  ORDER BY order_ms LIMIT 1
) place ON true
WHERE job.status IN ('queued', 'running')
  AND NOT EXISTS (SELECT FROM task_metadata WHERE task_metadata.job_id = job.job_id AND not_before_ms > clock_ms())
ORDER BY coalesce(place.admitted, false) DESC, coalesce(heard.queue LIKE '%%.bulk', false), place.job_id IS NULL AND heard.job_id IS NULL,
         coalesce(place.order_ms, job.created_ms), job.job_id
