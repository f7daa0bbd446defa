UPDATE api_key SET revoked_ms = %(now_ms)s WHERE key_id = %(key_id)s AND revoked_ms IS NULL
