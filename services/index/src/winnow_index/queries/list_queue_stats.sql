-- Of each slice of time and each lane the row in which most waited.
SELECT * FROM (
  SELECT DISTINCT ON (queue, at_ms / %(slice_ms)s) * FROM queue_stats WHERE at_ms >= %(since_ms)s
  ORDER BY queue, at_ms / %(slice_ms)s, ready DESC, at_ms DESC
) AS deepest ORDER BY at_ms, queue
