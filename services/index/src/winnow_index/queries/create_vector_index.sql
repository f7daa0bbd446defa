-- The statement that makes a generation's index; PostgreSQL itself quotes the names.
SELECT format(
  'CREATE INDEX IF NOT EXISTS %%I ON passage USING hnsw ((embedding::halfvec(%%s)) halfvec_cosine_ops)'
  ' WITH (m = 16, ef_construction = 64) WHERE generation = %%L',
  'passage_vectors_' || left(md5(%(generation)s), 12), %(dimensions)s::integer, %(generation)s
) AS statement
