-- People's accounts and their sessions (docs/decisions/0089). Times are Unix milliseconds, UTC.
CREATE TABLE account (
  account_id    text PRIMARY KEY,
  tenant_id     text NOT NULL,
  name          text NOT NULL UNIQUE,     -- in its normal form (winnow_contracts.accounts)
  role          text NOT NULL CHECK (role IN ('reader', 'writer', 'operator', 'admin')),
  password      text,                     -- Argon2id, with its parameters; null: none is chosen yet
  link_sha256   text UNIQUE,              -- lets its holder choose a password, once, until link_until_ms
  link_until_ms bigint,
  created_ms    bigint NOT NULL,
  created_by    text NOT NULL,            -- the id of a key or account
  disabled_ms   bigint,
  signed_in_ms  bigint
);

CREATE TABLE account_session (
  token_sha256 text PRIMARY KEY,
  session_id   text NOT NULL UNIQUE,
  account_id   text NOT NULL REFERENCES account ON DELETE CASCADE,
  device       text NOT NULL,
  address      text NOT NULL,
  created_ms   bigint NOT NULL,
  seen_ms      bigint NOT NULL,
  expires_ms   bigint NOT NULL,           -- however much it is used
  idle_ms      bigint NOT NULL            -- how long it may be unused
);
CREATE INDEX account_session_account ON account_session (account_id, seen_ms DESC);

-- Attempts to sign in that failed, or that are being looked at. Rows of an hour.
CREATE TABLE sign_in_attempt (
  attempt_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL,               -- as it was typed, in its normal form: there may be no such account
  address    text NOT NULL,
  at_ms      bigint NOT NULL
);
CREATE INDEX sign_in_attempt_name ON sign_in_attempt (name, at_ms);
CREATE INDEX sign_in_attempt_address ON sign_in_attempt (address, at_ms);
CREATE INDEX sign_in_attempt_at ON sign_in_attempt (at_ms);
