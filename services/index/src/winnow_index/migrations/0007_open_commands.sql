-- The command of every task that has not ended, as its journal told it with the event that it was written. It is the
-- second copy: index publishes it again after the broker lost its data, or when nothing is heard of its job.
CREATE TABLE open_command (
  task_id       text PRIMARY KEY,
  job_id        text NOT NULL,
  run           integer NOT NULL,
  retry         integer NOT NULL,
  journal_id    text NOT NULL,               -- which wrote it, and publishes it again itself while its node lives
  queue         text NOT NULL,
  envelope      jsonb NOT NULL,
  not_before_ms bigint NOT NULL,
  kept_ms       bigint NOT NULL,
  due_ms        bigint,                      -- to be published again; null where the broker has it, as far as is known
  forced        boolean NOT NULL DEFAULT false, -- also where the journal's node lives
  sent_ms       bigint,                      -- when index last published it
  sent_times    integer NOT NULL DEFAULT 0
);
CREATE INDEX open_command_job ON open_command (job_id);
CREATE INDEX open_command_due ON open_command (due_ms) WHERE due_ms IS NOT NULL;

-- What index itself remembers between starts, by name.
CREATE TABLE index_flag (
  name  text PRIMARY KEY,
  value text NOT NULL
);
