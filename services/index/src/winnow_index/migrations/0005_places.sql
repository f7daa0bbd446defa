-- Who calls an AI endpoint now and who stands in line for it; what is known of how much it takes.
-- Times are Unix milliseconds of the database's clock.

-- The numbers that are learned are explained in winnow_contracts.places (Limit).
CREATE TABLE call_limit (
  api          text PRIMARY KEY,
  told         integer NOT NULL DEFAULT 0,   -- calls at once as the endpoint tells them, 0 where it does not
  ceiling      integer NOT NULL DEFAULT 1,
  calls        double precision NOT NULL,
  pace         double precision NOT NULL DEFAULT 0,
  best_pace    double precision NOT NULL DEFAULT 0,
  busy_seconds double precision NOT NULL DEFAULT 0,
  work_seconds double precision NOT NULL DEFAULT 0,
  last_ms      bigint NOT NULL DEFAULT 0,
  used_ms      numeric NOT NULL              -- when somebody last asked for a place
);

-- A row whose time is over means nothing: its node died, or its task ended elsewhere.
CREATE TABLE call_place (
  api            text NOT NULL REFERENCES call_limit ON DELETE CASCADE,
  holder         text NOT NULL,
  job_id         text NOT NULL,
  order_ms       bigint NOT NULL,
  admitted       boolean NOT NULL DEFAULT false,
  spare          boolean NOT NULL,
  left_seconds   double precision NOT NULL,
  awake_until_ms numeric NOT NULL,                 -- it stands there and asks until then; afterwards it sleeps
  until_ms       numeric NOT NULL,
  PRIMARY KEY (api, holder)
);
CREATE INDEX call_place_job ON call_place (job_id);
