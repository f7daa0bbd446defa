-- No quota, no row, and nothing to add up.
SELECT quota_bytes,
       (SELECT coalesce(sum(size_bytes), 0) FROM stored_file WHERE stored_file.tenant_id = tenant_quota.tenant_id)
         AS stored_bytes
FROM tenant_quota WHERE tenant_id = %(tenant_id)s
