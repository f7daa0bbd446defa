-- What is left of a media that somebody deleted, a row for each of its jobs: nothing that comes late brings it back.
-- Times are Unix milliseconds, UTC.
CREATE TABLE deleted_media (
  job_id     text PRIMARY KEY,
  media_id   text NOT NULL,
  tenant_id  text NOT NULL,
  deleted_ms bigint NOT NULL,
  awaited_ms bigint NOT NULL,  -- when its last message is due: then, or when it was to begin
  heard_ms   bigint NOT NULL,  -- when it was last heard of: what a late task writes to the store is removed after that
  sweep_ms   bigint            -- when its objects are next to be removed; null: none can be left
);
CREATE INDEX deleted_media_id ON deleted_media (media_id);
CREATE INDEX deleted_media_awaited ON deleted_media (awaited_ms);
CREATE INDEX deleted_media_sweep ON deleted_media (sweep_ms) WHERE sweep_ms IS NOT NULL;

-- What people wrote on a media. The version rises with each edit of it or of the title, which an acceptance that comes
-- later no longer sets. The index for tags is built later, beside the work (index_builds.py).
ALTER TABLE media ADD COLUMN tags text[] NOT NULL DEFAULT '{}', ADD COLUMN version integer NOT NULL DEFAULT 0;
