-- Some of those whose time is over: not the one that is being taken, nor those that other transactions hold.
DELETE FROM answer_claim WHERE (tenant_id, answer_key) IN (
  SELECT tenant_id, answer_key FROM answer_claim
  WHERE until_ms <= (SELECT clock_ms()::bigint) AND until_ms > 0
  ORDER BY until_ms LIMIT 100 FOR UPDATE SKIP LOCKED
)
