-- Until when a key is good, and when it was last used. Times are Unix milliseconds, UTC.
ALTER TABLE api_key
  ADD COLUMN expires_ms bigint,  -- null: never
  ADD COLUMN used_ms    bigint;  -- null: never, as far as gateways told
