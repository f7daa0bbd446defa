INSERT INTO journal_watermark (journal_id, service, node, seen_ms, begun_ms)
VALUES (%(journal_id)s, %(service)s, %(node)s, %(now_ms)s, %(begun_ms)s)
ON CONFLICT (journal_id) DO UPDATE SET
  seen_ms = excluded.seen_ms, node = excluded.node, begun_ms = least(journal_watermark.begun_ms, excluded.begun_ms)
RETURNING applied_seq,
  -- Only with its first event can a journal turn out to be older or newer than another of its node.
  begun_ms IS NOT DISTINCT FROM %(begun_ms)s AS begins
