-- The result becomes the one that is served, and that it was applied is noted.
WITH noted AS (
  INSERT INTO applied_result (job_id, run, result, applied_ms) VALUES (%(job_id)s, %(run)s, %(result)s, %(now_ms)s)
)
UPDATE job SET
  run = greatest(run, %(run)s), status = 'done', finished_ms = %(now_ms)s, problem = NULL, stored_run = %(run)s,
  stored_result = %(result)s, stored_ms = %(now_ms)s, stored_times = stored_times + 1, kept_keys = %(keys)s,
  unswept_ms = %(now_ms)s
WHERE job_id = %(job_id)s
