-- One more feed, unless the tenant has it, or as many as it may.
INSERT INTO feed (feed_id, tenant_id, url, url_sha256, keep, since_ms, limit_bytes, created_ms, created_by, next_look_ms)
SELECT %(feed_id)s, %(tenant_id)s, %(url)s, %(url_sha256)s, %(keep)s, %(since_ms)s, %(limit_bytes)s, %(now_ms)s, %(who)s,
       %(now_ms)s
WHERE (SELECT count(*) FROM feed WHERE tenant_id = %(tenant_id)s) < %(most)s
ON CONFLICT (tenant_id, url_sha256) DO NOTHING
