SELECT holder, order_ms, admitted, spare, left_seconds, tenant_id, awake_until_ms > clock_ms() AS awake
FROM call_place WHERE api = %(api)s
