-- One at a time begins looks, so that no tenant gets more of them than its share.
SELECT pg_advisory_xact_lock(hashtextextended('looks at feeds', 0))
