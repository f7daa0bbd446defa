UPDATE webhook_delivery SET taken_by = %(node)s, taken_until_ms = %(until_ms)s WHERE delivery_id = %(delivery_id)s
