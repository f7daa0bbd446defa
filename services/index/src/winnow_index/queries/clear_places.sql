DELETE FROM call_place WHERE api = %(api)s AND until_ms <= clock_ms()
