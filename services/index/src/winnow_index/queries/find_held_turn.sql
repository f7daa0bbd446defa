SELECT turn_ms FROM answer_claim
WHERE tenant_id = %(tenant_id)s AND answer_key = %(answer_key)s AND holder = %(holder)s AND turn_ms = %(turn_ms)s
