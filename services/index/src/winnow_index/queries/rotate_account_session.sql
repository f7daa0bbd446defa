UPDATE account_session SET token_sha256 = %(new_token_sha256)s WHERE token_sha256 = %(token_sha256)s
