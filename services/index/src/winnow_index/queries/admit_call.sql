UPDATE call_place SET admitted = true WHERE api = %(api)s AND holder = %(holder)s
