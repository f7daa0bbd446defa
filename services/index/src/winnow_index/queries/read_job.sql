SELECT j.*, m.warnings FROM job j LEFT JOIN media m ON m.media_id = j.media_id
WHERE j.tenant_id = %(tenant_id)s AND j.job_id = %(job_id)s
