INSERT INTO passage (passage_id, tenant_id, media_id, generation, language, start_ms, end_ms, text, word_offsets,
                     word_starts_ms, embedding, lex)
VALUES %s
