-- In the order of tenants, so that two gateways never wait for each other.
INSERT INTO tenant_requests (tenant_id, day, requests)
SELECT tenant_id, %(day)s, sum(requests)
FROM json_to_recordset(%(rows)s::json) AS told (key_id text, requests bigint) JOIN api_key USING (key_id)
GROUP BY tenant_id ORDER BY tenant_id
ON CONFLICT (tenant_id, day) DO UPDATE SET requests = tenant_requests.requests + excluded.requests
