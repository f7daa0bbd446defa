-- What people did to jobs, tasks and lanes, by whose key. A row an action, written in the transaction that acts where
-- index acts; one row for a whole bulk action. Times are Unix milliseconds, UTC.
CREATE TABLE audit_log (
  audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at_ms    bigint NOT NULL,
  key_id   text NOT NULL,
  key_name text NOT NULL,               -- as it was then
  action   text NOT NULL,
  target   text NOT NULL,               -- the id of a job or task, or a lane; empty for a bulk action
  filter   jsonb,                       -- of a bulk action
  done     integer NOT NULL,            -- on how many it acted; of a bulk action it rises
  refused  integer NOT NULL,
  ended_ms bigint                       -- null while a bulk action goes on
);
