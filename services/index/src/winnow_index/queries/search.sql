-- Meaning, words and exact text, 50 of each, fused by reciprocal rank (k = 60) and grouped by media.
WITH w AS MATERIALIZED (            -- where to look: the media that fit the filters, if there are any
  SELECT media_id FROM media
  WHERE %(filtered)s AND tenant_id = %(tenant_id)s
    AND (%(kind)s::text IS NULL OR has_video = (%(kind)s = 'video'))
    AND (%(tag)s::text IS NULL OR tags <> '{}' AND tags @> ARRAY[%(tag)s])
    AND (%(created_after_ms)s::bigint IS NULL OR created_ms >= %(created_after_ms)s)
    AND (%(created_before_ms)s::bigint IS NULL OR created_ms < %(created_before_ms)s)
    AND (%(min_duration_ms)s::bigint IS NULL OR duration_ms >= %(min_duration_ms)s)
), v AS MATERIALIZED (              -- meaning
  SELECT passage_id, result, cosine, row_number() OVER (ORDER BY cosine DESC, passage_id) AS r
  FROM (
    SELECT passage_id, result,
           1 - ((embedding::halfvec(%(dimensions)s)) <=> %(vector)s::halfvec(%(dimensions)s)) AS cosine
    FROM passage
    WHERE %(vector)s::text IS NOT NULL AND generation = %(generation)s AND tenant_id = %(tenant_id)s
      AND (%(media_id)s::text IS NULL OR media_id = %(media_id)s)
      AND (%(language)s::text IS NULL OR language = %(language)s)
      AND CASE WHEN %(filtered)s THEN media_id IN (SELECT media_id FROM w) ELSE true END
    ORDER BY (embedding::halfvec(%(dimensions)s)) <=> %(vector)s::halfvec(%(dimensions)s)
    LIMIT 50
  ) n
  WHERE cosine IS NOT NULL
), q AS MATERIALIZED (
  SELECT to_tsquery('winnow', %(every_word)s) AS every_word, to_tsquery('winnow', %(any_word)s) AS any_word
), c AS MATERIALIZED (              -- candidates by words: some of each word, as ranking all of a common one costs
  SELECT passage_id, result, lex FROM (
    SELECT passage_id, result, lex FROM passage
    WHERE lex @@ to_tsquery('winnow', %(every_word)s) AND tenant_id = %(tenant_id)s
      AND (%(media_id)s::text IS NULL OR media_id = %(media_id)s)
      AND (%(language)s::text IS NULL OR language = %(language)s)
      AND CASE WHEN %(filtered)s THEN media_id IN (SELECT media_id FROM w) ELSE true END
    LIMIT 1000
  ) every
  UNION ALL
  SELECT one.* FROM unnest(%(terms)s::text[]) AS term
  CROSS JOIN LATERAL (
    SELECT passage_id, result, lex FROM passage
    WHERE lex @@ to_tsquery('winnow', term) AND tenant_id = %(tenant_id)s
      AND (%(media_id)s::text IS NULL OR media_id = %(media_id)s)
      AND (%(language)s::text IS NULL OR language = %(language)s)
      AND CASE WHEN %(filtered)s THEN media_id IN (SELECT media_id FROM w) ELSE true END
    LIMIT %(candidates_a_term)s
  ) one
), l AS MATERIALIZED (              -- words: passages with all of them first, then with any
  SELECT passage_id, result, row_number() OVER (ORDER BY every DESC, rank DESC, passage_id) AS r
  FROM (
    SELECT passage_id, result, lex @@ to_tsquery('winnow', %(every_word)s) AS every,
           ts_rank_cd(lex, to_tsquery('winnow', %(any_word)s)) AS rank
    FROM (SELECT DISTINCT ON (passage_id, result) * FROM c) once
    ORDER BY every DESC, rank DESC, passage_id
    LIMIT 50
  ) n
), b AS MATERIALIZED (              -- exact text: bigrams only find candidates, position() decides
  SELECT passage_id, result, row_number() OVER (ORDER BY found DESC, place, passage_id) AS r
  FROM (
    SELECT passage_id, result, count(*) AS found, min(place) AS place
    FROM unnest(%(needles)s::text[]) AS needle
    CROSS JOIN LATERAL (
      SELECT passage_id, result, place
      FROM (
        SELECT passage_id, result, position(needle IN folded) AS place
        FROM passage
        WHERE bg @> bigrams(needle) AND tenant_id = %(tenant_id)s
          AND (%(media_id)s::text IS NULL OR media_id = %(media_id)s)
          AND (%(language)s::text IS NULL OR language = %(language)s)
          AND CASE WHEN %(filtered)s THEN media_id IN (SELECT media_id FROM w) ELSE true END
        LIMIT 2000
      ) candidate
      WHERE place > 0
      ORDER BY place, passage_id
      LIMIT 50
    ) p
    GROUP BY passage_id, result
    ORDER BY found DESC, place, passage_id
    LIMIT 50
  ) n
), f AS MATERIALIZED (              -- of what is served: rows of other results are being stored or removed
  SELECT passage_id, result, p.media_id,
         coalesce(1.0 / (60 + v.r), 0) + coalesce(1.0 / (60 + l.r), 0) + coalesce(0.7 / (60 + b.r), 0) AS rrf,
         v.cosine, v.r AS meaning, l.r AS words, b.r AS exact
  FROM v FULL JOIN l USING (passage_id, result) FULL JOIN b USING (passage_id, result)
  JOIN passage p USING (passage_id, result) JOIN media m ON m.media_id = p.media_id AND m.served_result = result
  WHERE CASE WHEN %(phrase)s THEN b.r IS NOT NULL
             ELSE l.r IS NOT NULL OR b.r IS NOT NULL OR v.cosine >= %(floor)s END
), g AS MATERIALIZED (
  SELECT f.media_id, max(rrf) * (1 + 0.15 * ln(count(*))) AS score, m.title, m.duration_ms,
         CASE WHEN m.has_video THEN 'video' ELSE 'audio' END AS kind, t.language
  FROM f JOIN media m ON m.media_id = f.media_id JOIN transcript t ON t.media_id = f.media_id
  GROUP BY f.media_id, m.title, m.duration_ms, m.has_video, t.language
), top AS (
  SELECT * FROM g ORDER BY score DESC, media_id LIMIT %(limit)s
), moments AS (
  SELECT passage_id, result, media_id, rrf, cosine, meaning, words, exact
  FROM (SELECT f.*, row_number() OVER (PARTITION BY media_id ORDER BY rrf DESC, passage_id) AS place
        FROM f WHERE media_id IN (SELECT media_id FROM top)) n
  WHERE place <= 10                 -- some of them overlap in time; three will be shown
)
SELECT
  (SELECT count(*) FROM g) AS total,
  %(vector)s::text IS NOT NULL AND EXISTS (
    -- Passages that no meaning finds, as another model embedded them; nearly always there is one generation alone.
    SELECT FROM generation o WHERE o.generation <> %(generation)s AND EXISTS (
      SELECT FROM passage p WHERE p.generation = o.generation AND p.tenant_id = %(tenant_id)s)
  ) AS has_other_generations,
  greatest((SELECT count(*) FROM v WHERE cosine >= %(floor)s), (SELECT count(*) FROM l), (SELECT count(*) FROM b))
    AS longest_list,
  (SELECT coalesce(json_object_agg(language, n), '{}') FROM (SELECT language, count(*) AS n FROM g GROUP BY 1) c)
    AS languages,
  (SELECT coalesce(json_object_agg(kind, n), '{}') FROM (SELECT kind, count(*) AS n FROM g GROUP BY 1) c) AS kinds,
  (SELECT coalesce(json_agg(json_build_object(
      'media_id', media_id, 'title', title, 'kind', kind, 'duration_ms', duration_ms, 'language', language,
      'score', score, 'moments', (
        SELECT json_agg(json_build_object(
            'text', p.text, 'start_ms', p.start_ms, 'end_ms', p.end_ms,
            'word_offsets', p.word_offsets, 'word_starts_ms', p.word_starts_ms,
            'marked', ts_headline('winnow', p.text, q.any_word, %(marks)s),
            'cosine', cosine, 'meaning', meaning, 'words', words, 'exact', exact) ORDER BY rrf DESC, passage_id)
        FROM moments JOIN passage p USING (passage_id, result) CROSS JOIN q
        WHERE moments.media_id = top.media_id)
    ) ORDER BY score DESC, media_id), '[]') FROM top) AS items
