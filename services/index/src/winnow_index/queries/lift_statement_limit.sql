-- Until the end of the transaction: a migration may take as long as the tables are large.
SET LOCAL statement_timeout = 0
