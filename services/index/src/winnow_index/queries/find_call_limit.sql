SELECT * FROM call_limit WHERE api = %(api)s FOR UPDATE
