-- A tenant's webhooks, or the one that is asked for. Secrets are read for signing alone: read_delivery.sql.
SELECT webhook_id, url, types, description, created_ms, disabled_because,
       CASE WHEN old_secret_until_ms > %(now_ms)s THEN old_secret_until_ms END AS old_secret_until_ms
FROM webhook
WHERE tenant_id = %(tenant_id)s AND (%(webhook_id)s::text IS NULL OR webhook_id = %(webhook_id)s)
ORDER BY created_ms DESC, webhook_id
