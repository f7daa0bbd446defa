-- Batches may come in any order, so the age of a journal's first event tells which of a node's journals is the last. One
-- that is lost already is none of them: its node said so, and the clock may have stepped back since.
UPDATE journal_watermark SET lost_ms = %(now_ms)s
WHERE service = %(service)s AND node = %(node)s AND lost_ms IS NULL
  AND begun_ms < (SELECT max(begun_ms) FROM journal_watermark
                  WHERE service = %(service)s AND node = %(node)s AND lost_ms IS NULL)
RETURNING journal_id
