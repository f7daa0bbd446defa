-- What each node last said of itself (contracts/heartbeats.py). One row a node: a process that takes its place speaks for
-- it from then on. heartbeat_ms and offline_ms are index's time, started_ms is the node's.
CREATE TABLE worker_status (
  service          text NOT NULL,
  node             text NOT NULL,
  host             text NOT NULL,
  version          text NOT NULL,
  pid              bigint NOT NULL,
  lanes            text[] NOT NULL,
  threads          integer NOT NULL,
  started_ms       bigint NOT NULL,
  heartbeat_ms     bigint NOT NULL,
  offline_ms       bigint,              -- when it said goodbye; null since it last said that it lives
  active           bigint NOT NULL,
  processed        bigint NOT NULL,
  failed           bigint NOT NULL,
  memory_bytes     bigint NOT NULL,
  events_unapplied bigint NOT NULL,
  oldest_event_ms  bigint NOT NULL,     -- its age when the node looked, as that of the oldest command
  journal_pending  bigint NOT NULL,
  oldest_pending_ms bigint NOT NULL,
  journal_bytes    bigint NOT NULL,
  wal_bytes        bigint NOT NULL,
  free_disk_bytes  bigint NOT NULL,
  clock_offset_ms  bigint NOT NULL,     -- how far the node's clock is ahead of index's
  PRIMARY KEY (service, node)
);
