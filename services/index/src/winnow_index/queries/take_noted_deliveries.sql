-- Those whose command is to be written. No two nodes get the same one.
UPDATE webhook_delivery SET state = 'pending'
WHERE delivery_id = ANY (ARRAY(
  SELECT delivery_id FROM webhook_delivery WHERE state = 'noted'
  ORDER BY created_ms LIMIT %(limit)s FOR UPDATE SKIP LOCKED
))
RETURNING delivery_id, run
