-- The batch that a job was accepted with, for the job that begins once all of them have ended. Most jobs have none.
ALTER TABLE task_metadata ADD COLUMN batch_id text;
CREATE INDEX task_metadata_batch ON task_metadata (batch_id) WHERE batch_id IS NOT NULL;
