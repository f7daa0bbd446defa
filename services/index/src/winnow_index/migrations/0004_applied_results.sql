-- Every application of a result, a row each, written in the transaction that applies it. No decision reads it and
-- nothing keeps it unique: it tells what happened even where a decision was wrong. Times are Unix milliseconds, UTC.
CREATE TABLE applied_result (
  job_id     text NOT NULL,
  run        integer NOT NULL,
  result     text NOT NULL,  -- which of the run's results it is: a hash
  applied_ms bigint NOT NULL
);
CREATE INDEX applied_result_job ON applied_result (job_id, run);

-- Of what was applied before this table was there, only the result that is served is known.
INSERT INTO applied_result (job_id, run, result, applied_ms)
SELECT job_id, stored_run, stored_result, stored_ms FROM job WHERE stored_run IS NOT NULL;
