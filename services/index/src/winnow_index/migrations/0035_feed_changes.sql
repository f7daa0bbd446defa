-- Feeds are changed by their account (docs/decisions/0104). Times are Unix milliseconds, UTC.
ALTER TABLE feed
  ADD COLUMN own_name     text NOT NULL DEFAULT '',        -- what its account calls it; empty: as the feed says
  ADD COLUMN decide_again boolean NOT NULL DEFAULT false;  -- the next look decides on all episodes that were not taken
