-- A task that ended needs its command no more, nor does anything of a run that ended.
DELETE FROM open_command command
WHERE (command.task_id = ANY (%(task_ids)s) OR command.job_id = ANY (%(job_ids)s))
  AND (EXISTS (SELECT FROM task_log task
               WHERE task.task_id = command.task_id AND task.state IN ('completed', 'cancelled', 'dead'))
       OR EXISTS (SELECT FROM job WHERE job.job_id = command.job_id
                    AND (job.run > command.run
                         OR job.run = command.run AND job.status IN ('done', 'failed', 'cancelled'))))
