-- A recording that is served, with what a further run of its job needs. One without sound has no transcript.
SELECT m.*, t.warnings AS transcript_warnings, t.model, j.kept_keys, asked.track, asked.priority
FROM job j JOIN media m USING (media_id) LEFT JOIN transcript t USING (media_id)
LEFT JOIN task_metadata asked ON asked.job_id = j.job_id
WHERE j.job_id = %(job_id)s AND m.kind = 'recording' AND j.stored_run IS NOT NULL
  AND (%(open)s OR j.status IN ('done', 'failed', 'cancelled'))
