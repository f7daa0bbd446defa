-- Deliveries come early to a receiver that is back (docs/decisions/0100). Times are Unix milliseconds, UTC.
ALTER TABLE webhook_delivery
  ADD COLUMN planned_ms     bigint,                      -- when the next try was planned, where next_ms is earlier or was
  ADD COLUMN early_tries    integer NOT NULL DEFAULT 0,  -- that failed before their time: the schedule does not count them
  ADD COLUMN taken_by       text NOT NULL DEFAULT '',    -- the node that makes the try; empty: none
  ADD COLUMN taken_until_ms bigint;                      -- until when no other node may make it
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook_id, created_ms, delivery_id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_early ON webhook_delivery (next_ms) WHERE state = 'pending' AND planned_ms IS NOT NULL;
