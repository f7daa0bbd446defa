-- When to look for the answer: some time after it was asked for, and no later than anybody may ask for it. Not all at
-- once: many may want the same.
SELECT ceil(least(until_ms, greatest(turn_ms, clock_ms()) + 1000 + (1000 * random())::numeric)) AS look_ms
FROM answer_claim WHERE tenant_id = %(tenant_id)s AND answer_key = %(answer_key)s
