UPDATE webhook SET disabled_because = %(because)s WHERE webhook_id = %(webhook_id)s
