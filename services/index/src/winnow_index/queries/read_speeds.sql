-- How fast this Winnow is: until the speech model has heard another second of sound, how long it has worked since it last
-- told what it has done, and seconds from a transcript to a search result for a second of audio, from the latest recordings of a minute and more: what a
-- start costs would count as length in shorter ones. Null where nothing is known.
SELECT speech.*, rest.*
FROM (SELECT 1) one
LEFT JOIN (
  SELECT busy_seconds, work_seconds, calls, told, ceiling,
         (SELECT greatest(0, clock_ms() - last_ms) / 1000.0 FROM call_place
          WHERE call_place.api = call_limit.api AND admitted AND until_ms > clock_ms() LIMIT 1) AS untold_seconds
  FROM call_limit WHERE api LIKE 'speech %%' ORDER BY used_ms DESC LIMIT 1
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
