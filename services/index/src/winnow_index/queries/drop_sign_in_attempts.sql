DELETE FROM sign_in_attempt WHERE name = %(name)s AND address = %(address)s
