-- Until the end of the transaction, for counts over very many rows: what is hashed fits into memory, and nothing is compiled,
-- which took longer than it saved.
SET LOCAL work_mem = '64MB';
SET LOCAL jit = off
