-- These deleted jobs were heard of once more: their tasks may have written objects.
UPDATE deleted_media SET heard_ms = %(now_ms)s, sweep_ms = %(now_ms)s WHERE job_id = ANY (%(job_ids)s)
