INSERT INTO rate_limit_log AS log (minute_ms, api, tenant_id, used, waiting, refused)
SELECT div(clock_ms(), 60000) * 60000, split_part(api, ' ', 1), tenant_id, 0, count(*), 0
FROM call_place WHERE NOT admitted AND until_ms > clock_ms()
GROUP BY split_part(api, ' ', 1), tenant_id
ORDER BY 2, 3
ON CONFLICT (minute_ms, api, tenant_id) DO UPDATE SET waiting = greatest(log.waiting, excluded.waiting)
