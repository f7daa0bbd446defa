-- A photo that is served, with what a further run of its job needs.
SELECT m.tenant_id, m.job_id, m.media_id, m.original_key, m.warnings, p.answer, p.language, p.region, p.image_key,
       p.thumbnail_key, p.image_sha256, p.width, p.height, j.kept_keys, asked.track, asked.priority
FROM job j JOIN media m USING (media_id) JOIN photo p USING (media_id)
LEFT JOIN task_metadata asked ON asked.job_id = j.job_id
WHERE j.job_id = %(job_id)s AND m.kind = 'photo' AND j.stored_run IS NOT NULL
  AND (%(open)s OR j.status IN ('done', 'failed', 'cancelled'))
