-- How many of a tenant's media have each kind, language, tag, status and category; conditions as in list_media.sql.
WITH found AS MATERIALIZED (
  SELECT kind, language, tags, status, category FROM (
    SELECT m.kind, m.tags, m.created_ms, coalesce(t.language, m.asked_language) AS language,
           CASE WHEN NOT p.abstained THEN p.category END AS category,
           CASE WHEN m.stored_ms IS NOT NULL THEN 'ready' WHEN j.status IN ('failed', 'cancelled') THEN 'failed'
                ELSE 'processing' END AS status
    FROM media m JOIN job j ON j.job_id = m.job_id LEFT JOIN transcript t ON t.media_id = m.media_id
    LEFT JOIN photo p ON p.media_id = m.media_id
    WHERE m.tenant_id = %(tenant_id)s AND (m.accepted OR m.stored_ms IS NOT NULL)
      AND (%(created_after_ms)s::bigint IS NULL OR m.created_ms >= %(created_after_ms)s)
      AND (%(created_before_ms)s::bigint IS NULL OR m.created_ms < %(created_before_ms)s)
      AND (%(tag)s::text IS NULL OR m.tags <> '{}' AND m.tags @> ARRAY[%(tag)s])
      AND NOT EXISTS (SELECT FROM unnest(%(title_words)s::text[]) AS word
                      WHERE position(word IN lower(normalize(m.title, NFC))) = 0)
      AND (%(kind)s::text IS NULL OR m.kind = %(kind)s)
      AND (%(min_duration_ms)s::bigint IS NULL OR m.duration_ms >= %(min_duration_ms)s)
      AND (%(max_duration_ms)s::bigint IS NULL OR m.duration_ms <= %(max_duration_ms)s)
  ) AS media
  WHERE (%(status)s::text IS NULL OR status = %(status)s) AND (%(language)s::text IS NULL OR language = %(language)s)
    AND (%(category)s::text IS NULL OR category = %(category)s)
  ORDER BY created_ms DESC LIMIT %(most)s + 1
), counted AS (
  SELECT facet, value, count(*) AS n, row_number() OVER (PARTITION BY facet ORDER BY count(*) DESC, value) AS place
  FROM (SELECT * FROM found LIMIT %(most)s) AS media CROSS JOIN LATERAL (
    VALUES ('kind', kind), ('language', language), ('status', status), ('category', category)
    UNION ALL SELECT 'tag', tag FROM unnest(tags) AS tag
  ) AS each (facet, value)
  WHERE value IS NOT NULL
  GROUP BY facet, value
)
SELECT (SELECT count(*) FROM found) AS total,
       (SELECT coalesce(json_agg(json_build_array(facet, value, n) ORDER BY facet, place), '[]')
        FROM counted WHERE place <= %(values)s) AS counts
