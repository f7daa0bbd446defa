INSERT INTO sign_in_attempt (name, address, at_ms) VALUES (%(name)s, %(address)s, %(now_ms)s)
