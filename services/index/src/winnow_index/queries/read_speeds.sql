-- How fast this Winnow is: until the speech model has heard another second of audio, and seconds
-- from a transcript to a search result for a second of audio, from the latest recordings of a minute and more: what a
-- start costs would count as length in shorter ones. Null where nothing is known.
SELECT speech.*, rest.*
FROM (SELECT 1) one
LEFT JOIN (
  SELECT pace, busy_seconds, work_seconds FROM call_limit WHERE api LIKE 'speech %%' ORDER BY used_ms DESC LIMIT 1
) speech ON true
LEFT JOIN (
  SELECT sum(took_ms)::double precision / nullif(sum(length_ms), 0) AS rest_pace FROM (
    SELECT sum(task.duration_ms) AS took_ms, min(media.duration_ms) AS length_ms
    FROM task_log task JOIN media ON media.media_id = task.media_id
    WHERE task.actor IN ('ai.embed_transcript', 'index.store_recording') AND task.state = 'completed'
      AND media.duration_ms >= 60000
    GROUP BY task.job_id ORDER BY max(task.ended_ms) DESC LIMIT 20
  ) latest
) rest ON true
