-- The same password with other parameters, unless it was changed meanwhile.
UPDATE account SET password = %(password)s WHERE account_id = %(account_id)s AND password = %(before)s
