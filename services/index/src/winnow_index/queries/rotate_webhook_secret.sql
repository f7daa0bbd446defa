UPDATE webhook SET old_secret = secret, old_secret_until_ms = %(until_ms)s, secret = %(secret)s
WHERE webhook_id = %(webhook_id)s AND tenant_id = %(tenant_id)s
