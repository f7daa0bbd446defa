-- An attempt that was killed may have inserted some of them.
INSERT INTO passage (passage_id, tenant_id, media_id, generation, language, start_ms, end_ms, text, word_offsets,
                     word_starts_ms, result, embedding, lex)
VALUES %s
ON CONFLICT DO NOTHING
