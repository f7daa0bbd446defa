-- The calls that the speech model has now, in the order in which they came. ``call_seconds``: sound left to hear, null where
-- that is not known. What a spare call does is known only once it has begun.
SELECT job_id, nullif(call_seconds, 0) AS call_seconds
FROM call_place
WHERE api LIKE 'speech %%' AND admitted AND until_ms > clock_ms() AND (call_seconds > 0 OR NOT spare)
ORDER BY admitted_ms NULLS FIRST, order_ms, holder
