-- Until the end of the transaction: a migration may take as long as the tables are large, and wait for another's.
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0
