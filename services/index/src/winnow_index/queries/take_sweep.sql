-- One node sweeps at a time; let go at the end of the transaction.
SELECT pg_try_advisory_xact_lock(7318429065113) AS taken
