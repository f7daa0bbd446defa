-- A vector is touched first: set before pgvector is loaded, a wrong value is kept as text and ends as a warning.
-- Without the iterative scan, filters after the index scan leave few rows or none.
SELECT '[1]'::halfvec;
SET LOCAL hnsw.ef_search = 100;
SET LOCAL hnsw.iterative_scan = strict_order;
SET LOCAL hnsw.max_scan_tuples = 20000;
SET LOCAL jit = off;
