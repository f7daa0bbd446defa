-- At most one write a minute for each key, however many gateways tell of it.
UPDATE api_key SET used_ms = least(told.at_ms, %(now_ms)s)
FROM json_to_recordset(%(rows)s::json) AS told (key_id text, at_ms bigint)
WHERE api_key.key_id = told.key_id AND least(told.at_ms, %(now_ms)s) >= coalesce(used_ms, 0) + 60000
