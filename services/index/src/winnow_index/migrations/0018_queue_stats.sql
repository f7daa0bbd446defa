-- Each lane once a minute, as the broker and the task history told.
CREATE TABLE queue_stats (
  queue     text NOT NULL,
  at_ms     bigint NOT NULL,
  ready     integer NOT NULL,
  consumers integer NOT NULL,
  oldest_ms bigint,  -- age of the task that has waited longest; null: none waits
  paused    boolean NOT NULL,
  PRIMARY KEY (queue, at_ms)
);
CREATE INDEX queue_stats_age ON queue_stats (at_ms);
