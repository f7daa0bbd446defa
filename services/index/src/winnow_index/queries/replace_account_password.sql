-- Only in the place of the one that was looked at: it may have been changed or taken, and the account disabled, meanwhile.
UPDATE account SET password = %(password)s
WHERE account_id = %(account_id)s AND password = %(before)s AND disabled_ms IS NULL
