INSERT INTO webhook_delivery (delivery_id, webhook_id, type, created_ms)
SELECT 'dlv_' || gen_random_uuid(), webhook_id, %(type)s, %(now_ms)s
FROM webhook WHERE webhook_id = %(webhook_id)s AND tenant_id = %(tenant_id)s
RETURNING delivery_id
