-- How each job was asked for: one row a job, as its acceptance told. Jobs of earlier versions have none.
CREATE TABLE task_metadata (
  job_id        text PRIMARY KEY,
  queue         text NOT NULL,             -- the lane of its first command
  priority      text NOT NULL,
  not_before_ms bigint,                    -- before which it does not begin; null for at once
  metadata      jsonb NOT NULL,            -- the tenant's own
  origin        text NOT NULL              -- the gateway that accepted it
);
-- Most jobs have no metadata, and those are not looked for by it.
CREATE INDEX task_metadata_found ON task_metadata USING gin (metadata jsonb_path_ops) WHERE metadata <> '{}';
