SELECT * FROM report ORDER BY week DESC LIMIT %(limit)s
