SELECT journal_id, count(*) AS count, max(at_ms) AS last_ms FROM event_set_aside
GROUP BY journal_id ORDER BY last_ms DESC, journal_id LIMIT %(limit)s
