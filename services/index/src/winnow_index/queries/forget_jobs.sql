-- All that is known of deleted jobs and their media, but that they were deleted. Attempts go with their tasks; passages,
-- transcripts, photos and corrections with their media. What their calls cost stays in the sums of the days.
WITH forgotten AS (SELECT unnest(%(job_ids)s::text[]) AS job_id),
claims AS (DELETE FROM answer_claim USING task_log, forgotten
           WHERE holder = task_id AND task_log.job_id = forgotten.job_id),
events AS (DELETE FROM task_event USING forgotten WHERE task_event.job_id = forgotten.job_id),
-- Few are set aside, if any. Their text may be none that PostgreSQL knows.
aside AS (DELETE FROM event_set_aside USING forgotten WHERE position(convert_to(forgotten.job_id, 'UTF8') IN body) > 0),
commands AS (DELETE FROM open_command USING forgotten WHERE open_command.job_id = forgotten.job_id),
asked AS (DELETE FROM task_metadata USING forgotten WHERE task_metadata.job_id = forgotten.job_id),
results AS (DELETE FROM applied_result USING forgotten WHERE applied_result.job_id = forgotten.job_id),
deliveries AS (DELETE FROM webhook_delivery USING webhook, job, forgotten
               WHERE job.job_id = forgotten.job_id AND webhook.tenant_id = job.tenant_id
                 AND webhook_delivery.webhook_id = webhook.webhook_id AND webhook_delivery.job_id = job.job_id),
spending AS (DELETE FROM ai_spending USING forgotten WHERE ai_spending.job_id = forgotten.job_id),
changes AS (DELETE FROM job_change USING job, forgotten
            WHERE job.job_id = forgotten.job_id AND job_change.tenant_id = job.tenant_id
              AND job_change.job_id = job.job_id),
-- An episode keeps its key, so that it is not taken again.
episodes AS (UPDATE feed_episode SET media_id = NULL
             WHERE media_id IN (SELECT media_id FROM deleted_media JOIN forgotten USING (job_id))),
tasks AS (DELETE FROM task_log USING forgotten WHERE task_log.job_id = forgotten.job_id),
media AS (DELETE FROM media WHERE media_id IN (SELECT media_id FROM deleted_media JOIN forgotten USING (job_id)))
DELETE FROM job USING forgotten WHERE job.job_id = forgotten.job_id
