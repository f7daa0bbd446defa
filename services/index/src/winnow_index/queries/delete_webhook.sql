WITH deliveries AS (
  DELETE FROM webhook_delivery USING webhook
  WHERE webhook_delivery.webhook_id = webhook.webhook_id
    AND webhook.webhook_id = %(webhook_id)s AND tenant_id = %(tenant_id)s
)
DELETE FROM webhook WHERE webhook_id = %(webhook_id)s AND tenant_id = %(tenant_id)s
