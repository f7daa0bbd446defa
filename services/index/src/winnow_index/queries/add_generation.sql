INSERT INTO generation (generation, dimensions, created_ms) VALUES (%(generation)s, %(dimensions)s, %(now_ms)s)
ON CONFLICT (generation) DO NOTHING
