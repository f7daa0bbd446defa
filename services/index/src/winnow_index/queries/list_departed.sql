-- Journals that nobody ships from any more: another took their place, or they are silent for very long. A day of silence
-- is asked of the former too, for two nodes by mistake may have one name.
SELECT journal_id FROM journal_watermark
WHERE (lost_ms IS NOT NULL AND seen_ms < %(day_ago_ms)s OR seen_ms < %(before_ms)s)
  AND coalesce(sentinels_removed_ms, 0) <= seen_ms
ORDER BY seen_ms LIMIT %(limit)s
