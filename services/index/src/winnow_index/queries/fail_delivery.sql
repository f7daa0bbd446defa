-- No try is made any more: its webhook is off.
UPDATE webhook_delivery SET state = 'failed', error = %(error)s, next_ms = NULL, planned_ms = NULL, ended_ms = %(now_ms)s
WHERE delivery_id = %(delivery_id)s
