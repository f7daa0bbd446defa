INSERT INTO segment (media_id, n, text, start_ms, end_ms, word_texts, word_starts_ms, word_ends_ms, word_confidences)
VALUES %s
