-- The goodbye of a process that another one has replaced by now changes nothing.
INSERT INTO worker_status (service, node, host, version, pid, lanes, threads, started_ms, heartbeat_ms, offline_ms,
  active, processed, failed, memory_bytes, events_unapplied, oldest_event_ms, journal_pending, oldest_pending_ms,
  journal_bytes, wal_bytes, free_disk_bytes, clock_offset_ms, unacked)
VALUES (%(service)s, %(node)s, %(host)s, %(version)s, %(pid)s, %(lanes)s::text[], %(threads)s, %(started_ms)s,
  %(now_ms)s, %(offline_ms)s, %(active)s, %(processed)s, %(failed)s, %(memory_bytes)s, %(unapplied)s,
  %(oldest_unapplied_ms)s, %(pending)s, %(oldest_pending_ms)s, %(used_bytes)s, %(wal_bytes)s, %(free_disk_bytes)s,
  %(clock_offset_ms)s, %(unacked)s::jsonb)
ON CONFLICT (service, node) DO UPDATE SET
  host = excluded.host, version = excluded.version, pid = excluded.pid, lanes = excluded.lanes,
  threads = excluded.threads, started_ms = excluded.started_ms, heartbeat_ms = excluded.heartbeat_ms,
  offline_ms = excluded.offline_ms, active = excluded.active, processed = excluded.processed,
  failed = excluded.failed, memory_bytes = excluded.memory_bytes, events_unapplied = excluded.events_unapplied,
  oldest_event_ms = excluded.oldest_event_ms, journal_pending = excluded.journal_pending,
  oldest_pending_ms = excluded.oldest_pending_ms, journal_bytes = excluded.journal_bytes,
  wal_bytes = excluded.wal_bytes, free_disk_bytes = excluded.free_disk_bytes, clock_offset_ms = excluded.clock_offset_ms,
  unacked = excluded.unacked
WHERE excluded.offline_ms IS NULL
  OR (worker_status.host, worker_status.pid, worker_status.started_ms)
    = (excluded.host, excluded.pid, excluded.started_ms)
