-- Unless it was heard of meanwhile. What its tasks write after their last word is removed after the grace.
UPDATE deleted_media SET sweep_ms = CASE WHEN heard_ms + %(grace_ms)s > %(now_ms)s THEN heard_ms + %(grace_ms)s END
WHERE job_id = %(job_id)s AND heard_ms = %(heard_ms)s
