-- Every run of a schedule. The key lets a fire run once, however many workers there are; the index below lets no run
-- begin before the last one has ended.
CREATE TABLE schedule_run (
  schedule      text NOT NULL,
  fire_ms       bigint NOT NULL,            -- when it was due, or was asked for
  asked_by      text,                       -- who asked for it; null: it was due
  node          text NOT NULL DEFAULT '',   -- which works at it, or worked last
  attempts_left integer NOT NULL DEFAULT 0,
  lease_ms      bigint NOT NULL DEFAULT 0,  -- from then on an open run is anybody's
  began_ms      bigint,
  ended_ms      bigint,
  outcome       text CHECK (outcome IN ('done', 'failed', 'skipped_overlap', 'missed')),
  detail        jsonb NOT NULL DEFAULT '{}',
  UNIQUE (schedule, fire_ms),
  CHECK ((ended_ms IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX schedule_run_open ON schedule_run (schedule) WHERE ended_ms IS NULL;
CREATE INDEX schedule_run_age ON schedule_run (fire_ms);
