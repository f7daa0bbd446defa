INSERT INTO journal_watermark (journal_id, service, node, seen_ms)
VALUES (%(journal_id)s, %(service)s, %(node)s, %(now_ms)s)
ON CONFLICT (journal_id) DO UPDATE SET seen_ms = excluded.seen_ms, node = excluded.node
RETURNING applied_seq
