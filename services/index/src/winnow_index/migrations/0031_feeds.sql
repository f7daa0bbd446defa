-- Podcast feeds that accounts subscribe to (docs/decisions/0093). Times are Unix milliseconds, UTC.
CREATE TABLE feed (
  feed_id       text PRIMARY KEY,
  tenant_id     text NOT NULL,
  url           text NOT NULL,               -- may hold a secret: only the node that fetches it is told
  url_sha256    text NOT NULL,
  name          text NOT NULL DEFAULT '',    -- as the feed says; empty: it was not read yet
  keep          integer,                     -- of the newest, at the first look; null: all since since_ms
  since_ms      bigint,
  limit_bytes   bigint NOT NULL,             -- that an episode may have
  created_ms    bigint NOT NULL,
  created_by    text NOT NULL,               -- the id of a key or account
  look          integer NOT NULL DEFAULT 0,  -- counts the looks that were begun
  looking       boolean NOT NULL DEFAULT false,
  looked_ms     bigint,                      -- when the last look ended
  next_look_ms  bigint NOT NULL,             -- while looking: when the look counts as lost
  failures      integer NOT NULL DEFAULT 0,  -- in a row
  problem       text NOT NULL DEFAULT '',
  newest_ms     bigint,                      -- when the newest episode was published
  waiting       integer NOT NULL DEFAULT 0,  -- episodes that the next looks take
  etag          text NOT NULL DEFAULT '',
  last_modified text NOT NULL DEFAULT '',
  UNIQUE (tenant_id, url_sha256)
);
CREATE INDEX feed_due ON feed (next_look_ms);
CREATE INDEX feed_looking ON feed (tenant_id) WHERE looking;

-- Every episode that was ever seen in a feed, so that none is taken twice, whatever becomes of its recording.
CREATE TABLE feed_episode (
  feed_id      text NOT NULL REFERENCES feed ON DELETE CASCADE,
  key          text NOT NULL,                -- a hash of its guid
  state        text NOT NULL CHECK (state IN ('wanted', 'taken', 'passed over')),
  published_ms bigint,
  media_id     text,                         -- once it is taken
  PRIMARY KEY (feed_id, key)
);
CREATE INDEX feed_episode_taken ON feed_episode (feed_id, published_ms DESC) WHERE state = 'taken';
CREATE INDEX feed_episode_media ON feed_episode (media_id) WHERE media_id IS NOT NULL;
