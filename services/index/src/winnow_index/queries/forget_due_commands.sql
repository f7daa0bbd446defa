-- Due, but in the hands of a journal whose node lives.
UPDATE open_command SET due_ms = NULL
FROM journal_watermark journal
WHERE due_ms <= %(now_ms)s AND NOT forced AND journal.journal_id = open_command.journal_id
  AND lost_ms IS NULL AND seen_ms >= %(now_ms)s - %(lease_ms)s
