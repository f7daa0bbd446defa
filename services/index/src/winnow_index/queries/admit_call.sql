UPDATE call_place SET admitted = true, admitted_ms = coalesce(admitted_ms, clock_ms())
WHERE api = %(api)s AND holder = %(holder)s
