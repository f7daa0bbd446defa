SELECT feed_id FROM feed WHERE tenant_id = %(tenant_id)s AND url_sha256 = %(url_sha256)s
