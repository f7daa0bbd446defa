SELECT job_id FROM deleted_media WHERE job_id = ANY (%(job_ids)s)
