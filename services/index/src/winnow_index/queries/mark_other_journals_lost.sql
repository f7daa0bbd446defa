-- A journal that has told nothing yet has no time of its beginning. One that was taken for lost is there after all.
WITH present AS (
  INSERT INTO journal_watermark (journal_id, service, node, seen_ms)
  VALUES (%(journal_id)s, %(service)s, %(node)s, %(now_ms)s)
  ON CONFLICT (journal_id) DO UPDATE SET lost_ms = NULL
)
UPDATE journal_watermark SET lost_ms = %(now_ms)s
WHERE service = %(service)s AND node = %(node)s AND lost_ms IS NULL AND journal_id <> %(journal_id)s
RETURNING journal_id
