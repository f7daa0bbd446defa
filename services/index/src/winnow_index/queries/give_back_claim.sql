DELETE FROM answer_claim
WHERE tenant_id = %(tenant_id)s AND answer_key = %(answer_key)s AND holder = %(holder)s
