UPDATE webhook SET
  url = coalesce(%(url)s, url), types = coalesce(%(types)s, types), description = coalesce(%(description)s, description),
  disabled_because = coalesce(%(disabled_because)s, disabled_because)
WHERE webhook_id = %(webhook_id)s AND tenant_id = %(tenant_id)s
