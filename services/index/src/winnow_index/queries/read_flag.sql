SELECT value FROM index_flag WHERE name = %(name)s
