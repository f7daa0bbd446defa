-- The journal has told nothing yet, so when it began is not known.
WITH present AS (
  INSERT INTO journal_watermark (journal_id, service, node, seen_ms)
  VALUES (%(journal_id)s, %(service)s, %(node)s, %(now_ms)s) ON CONFLICT DO NOTHING
)
UPDATE journal_watermark SET lost_ms = %(now_ms)s
WHERE service = %(service)s AND node = %(node)s AND lost_ms IS NULL AND journal_id <> %(journal_id)s
RETURNING journal_id
