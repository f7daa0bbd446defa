-- Lists the hours that are over, from the first in which a task ended, to be summed. Every change that did not see them
-- listed has ended once the lock is held, and later ones make them stale: see note_stale_hours. Older hours are left out.
LOCK TABLE summed_hour IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM summed_hour
WHERE hour_ms < %(oldest_ms)s OR hour_ms + 3600000 <= coalesce((SELECT min(ended_ms) FROM ended_task), %(over_ms)s);
INSERT INTO summed_hour (hour_ms)
SELECT generate_series(greatest(min(ended_ms) / 3600000 * 3600000, %(oldest_ms)s), %(over_ms)s - 3600000, 3600000)
FROM ended_task
ON CONFLICT (hour_ms) DO NOTHING
