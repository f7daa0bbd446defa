-- A transaction that has not ended may yet write what stands before the changes of ones that have.
SELECT clock_ms()::bigint AS now_ms, pg_snapshot_xmin(pg_current_snapshot())::text AS below
