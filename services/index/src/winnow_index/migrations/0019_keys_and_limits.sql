-- Until when a key is good, and when it was last used. Times are Unix milliseconds, UTC.
ALTER TABLE api_key
  ADD COLUMN expires_ms bigint,  -- null: never
  ADD COLUMN used_ms    bigint;  -- null: never, as far as gateways told

-- Limits that operators set. Without a row the setting holds that the nodes were started with.
CREATE TABLE rate_limit (
  name      text NOT NULL,       -- such as speech.at_once (winnow_contracts.index_api.limits)
  tenant_id text NOT NULL,       -- empty: of all tenants together
  value     integer NOT NULL,
  set_by    text NOT NULL,
  set_ms    bigint NOT NULL,
  PRIMARY KEY (name, tenant_id)
);

-- What the nodes were started with, as they last told; ceiling is what is in force.
ALTER TABLE call_limit
  ADD COLUMN setting_ceiling    integer,
  ADD COLUMN setting_per_minute integer,           -- 0: no limit; null: the rate limiter counts these calls
  ADD COLUMN next_ms            bigint NOT NULL DEFAULT 0;
ALTER TABLE api_turn ADD COLUMN setting_per_minute integer;
ALTER TABLE call_place ADD COLUMN tenant_id text NOT NULL DEFAULT '';

-- A row for each minute in which a tenant called an API, waited for it or was refused.
CREATE TABLE rate_limit_log (
  minute_ms bigint NOT NULL,
  api       text NOT NULL,
  tenant_id text NOT NULL,
  used      integer NOT NULL,
  waiting   integer NOT NULL,    -- when it was looked, once a minute
  refused   integer NOT NULL,    -- by the budget or the endpoint
  PRIMARY KEY (minute_ms, api, tenant_id)
);

-- The length of the audio that a call of a speech model was paid for.
ALTER TABLE ai_spending ADD COLUMN audio_seconds double precision NOT NULL DEFAULT 0;
