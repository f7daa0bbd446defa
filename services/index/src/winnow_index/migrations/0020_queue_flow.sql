-- What nodes hold of each lane, and what a minute brought and took; null in rows of an earlier version.
ALTER TABLE worker_status ADD COLUMN unacked jsonb NOT NULL DEFAULT '{}';  -- messages not acknowledged, by lane
ALTER TABLE queue_stats
  ADD COLUMN unacked   integer,  -- null: no node told
  ADD COLUMN published integer,
  ADD COLUMN acked     integer;
