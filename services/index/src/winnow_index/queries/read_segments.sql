SELECT n, text, start_ms, end_ms, word_texts, word_starts_ms, word_ends_ms, word_confidences
FROM segment WHERE media_id = %(media_id)s ORDER BY n
