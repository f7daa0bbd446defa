UPDATE job SET run = %(run)s, status = 'queued', finished_ms = NULL, problem = NULL, replayed_by = %(by)s,
  history_dropped_ms = NULL  -- that of the new run is kept
WHERE job_id = %(job_id)s
