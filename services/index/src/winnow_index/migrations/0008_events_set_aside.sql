-- Events that cannot be stored, as they came, with why. Their journal goes on behind them.
CREATE TABLE event_set_aside (
  journal_id text NOT NULL,
  seq        bigint NOT NULL,
  body       bytea NOT NULL,               -- JSON; what cannot be stored as text must not fail here again
  error      text NOT NULL,
  at_ms      bigint NOT NULL,
  PRIMARY KEY (journal_id, seq)
);
