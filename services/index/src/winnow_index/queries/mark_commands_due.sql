-- The broker lost its data, or somebody asked for one job.
UPDATE open_command SET due_ms = %(due_ms)s
WHERE due_ms IS NULL AND (%(job_id)s::text IS NULL OR job_id = %(job_id)s)
