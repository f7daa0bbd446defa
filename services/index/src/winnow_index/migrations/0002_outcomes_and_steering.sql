-- First accepted outcomes, cancellation and pause, replays, lost journals, and what a sweep needs to know.

-- The order in which index heard of things; given out while the job's row is locked, so it is the order of folds too.
ALTER TABLE task_event ADD COLUMN arrival bigint GENERATED ALWAYS AS IDENTITY;

ALTER TABLE job
  ADD COLUMN stored_times  integer NOT NULL DEFAULT 0,  -- how often a result was applied: once a run at most
  ADD COLUMN kept_keys     text[],                      -- every object the served result names; null: not known
  ADD COLUMN cancelled_run integer NOT NULL DEFAULT 0,  -- the last run that people cancelled
  ADD COLUMN cancelled_ms  bigint,
  ADD COLUMN replayed_by   text,                        -- the task that began the current run
  ADD COLUMN unswept_ms    bigint;                      -- when objects may have been left behind last; null: swept
UPDATE job SET stored_times = 1 WHERE stored_run IS NOT NULL;
UPDATE job SET unswept_ms = finished_ms WHERE status IN ('done', 'failed', 'cancelled');
CREATE INDEX job_media ON job (media_id);
CREATE INDEX job_unswept ON job (unswept_ms) WHERE unswept_ms IS NOT NULL;
CREATE INDEX job_cancelled ON job (cancelled_ms) WHERE cancelled_ms IS NOT NULL;
CREATE INDEX job_open ON job (created_ms) WHERE status IN ('queued', 'running');

-- A journal that begins after another one on the same node takes its place: the older one is lost.
ALTER TABLE journal_watermark ADD COLUMN begun_ms bigint, ADD COLUMN lost_ms bigint;
UPDATE journal_watermark SET begun_ms = (
  SELECT min(at_ms) FROM task_event WHERE task_event.journal_id = journal_watermark.journal_id
);

CREATE TABLE lane_pause (
  lane     text PRIMARY KEY,
  since_ms bigint NOT NULL,
  who      text NOT NULL
);

ALTER TABLE task_log
  ADD COLUMN command      jsonb,   -- of a dead or cancelled task: what a replay sends
  ADD COLUMN trace        text,
  ADD COLUMN discarded_ms bigint,
  ADD COLUMN discarded_by text;
CREATE INDEX task_log_dead ON task_log (ended_ms DESC, task_id DESC) WHERE state = 'dead' AND discarded_ms IS NULL;

CREATE INDEX attempt_open ON task_execution_history (node) WHERE outcome IS NULL;
CREATE INDEX attempt_odd ON task_execution_history (outcome, ended_ms) WHERE outcome IN ('unknown', 'superseded');
