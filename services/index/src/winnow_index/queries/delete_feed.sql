DELETE FROM feed WHERE tenant_id = %(tenant_id)s AND feed_id = %(feed_id)s
