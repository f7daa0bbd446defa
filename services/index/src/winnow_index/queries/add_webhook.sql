INSERT INTO webhook (webhook_id, tenant_id, url, types, description, secret, created_ms, created_by)
SELECT %(webhook_id)s, %(tenant_id)s, %(url)s, %(types)s, %(description)s, %(secret)s, %(now_ms)s, %(who)s
WHERE (SELECT count(*) FROM webhook WHERE tenant_id = %(tenant_id)s) < %(most)s
