-- How much of the job's history is recorded; null for a job that an earlier version told of: full.
ALTER TABLE task_metadata ADD COLUMN track text;
