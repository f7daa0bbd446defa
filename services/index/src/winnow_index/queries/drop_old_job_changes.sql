-- The next of the changes that are old enough, the oldest first: by their places, so that a slice reads nothing twice.
DELETE FROM job_change
WHERE ctid = ANY (ARRAY(SELECT ctid FROM job_change WHERE at_ms < %(before_ms)s ORDER BY at_ms LIMIT %(limit)s))
