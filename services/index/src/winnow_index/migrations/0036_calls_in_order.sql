-- Which calls an endpoint works on, and in which order (docs/decisions/0033). Times are Unix milliseconds, UTC.
ALTER TABLE call_place
  ADD COLUMN admitted_ms  bigint,                              -- since when the call is admitted; null from before this
  ADD COLUMN call_seconds double precision NOT NULL DEFAULT 0; -- seconds of audio left in this call; 0: not known
