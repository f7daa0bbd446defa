-- One at a time changes the schema; let go at the end of the transaction.
SELECT pg_advisory_xact_lock(7318429065112)
