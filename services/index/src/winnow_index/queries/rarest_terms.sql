-- The terms that the fewest passages have, by PostgreSQL's own statistics: words that it does not list are rare.
-- Stop words find nothing.
WITH common AS (
  SELECT lexeme, frequency
  FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS listed (lexeme, frequency)
  WHERE schemaname = current_schema() AND tablename = 'passage' AND attname = 'lex' AND lexeme IS NOT NULL
)
SELECT term
FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS asked (term, place)
LEFT JOIN common ON lexeme = split_part(to_tsquery('winnow', term)::text, '''', 2)
WHERE numnode(to_tsquery('winnow', term)) > 0
ORDER BY coalesce(frequency, 0), place
LIMIT %(most)s
