SELECT * FROM report WHERE week = %(week)s
