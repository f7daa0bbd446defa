INSERT INTO call_place AS place (api, holder, job_id, order_ms, spare, left_seconds, call_seconds, tenant_id,
                                 awake_until_ms, until_ms)
VALUES (%(api)s, %(holder)s, %(job_id)s, %(order_ms)s, %(spare)s, %(left_seconds)s, %(call_seconds)s, %(tenant_id)s,
        clock_ms() + %(awake_ms)s, clock_ms() + %(lease_ms)s)
ON CONFLICT (api, holder) DO UPDATE SET
  left_seconds = excluded.left_seconds, call_seconds = excluded.call_seconds,
  awake_until_ms = excluded.awake_until_ms, until_ms = excluded.until_ms
