-- Under lc_ctype C trigrams of Korean are empty, and nothing warns.
SELECT cardinality(show_trgm('가나다')) > 0 AS knows_korean,
       getdatabaseencoding() AS encoding,
       (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS pgvector
