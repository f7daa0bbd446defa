INSERT INTO index_flag VALUES (%(name)s, %(value)s) ON CONFLICT (name) DO UPDATE SET value = excluded.value
