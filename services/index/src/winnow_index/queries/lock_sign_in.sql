-- One attempt after the other is counted, of a name and of an address: side by side each would see none of the others.
SELECT pg_advisory_xact_lock(hashtextextended('sign-in:' || lock, 0))
FROM (SELECT unnest(ARRAY[%(name)s, %(address)s]) AS lock ORDER BY 1) AS locks
