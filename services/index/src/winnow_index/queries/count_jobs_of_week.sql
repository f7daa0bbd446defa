-- A drill brings no media.
SELECT coalesce(media.kind, 'drill') AS kind, job.status, count(*) AS jobs
FROM job LEFT JOIN media ON media.media_id = job.media_id
WHERE job.status IN ('done', 'failed', 'cancelled') AND finished_ms >= %(from_ms)s AND finished_ms < %(until_ms)s
GROUP BY 1, 2 ORDER BY 1, 2
