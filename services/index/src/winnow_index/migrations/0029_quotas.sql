-- How many bytes operators let a tenant store (docs/decisions/0086). Without a row it stores as much as it wants.
CREATE TABLE tenant_quota (
  tenant_id   text PRIMARY KEY,
  quota_bytes bigint NOT NULL,
  set_by      text NOT NULL,     -- a key's id
  set_ms      bigint NOT NULL    -- Unix milliseconds, UTC
);

-- What a media counts for: its file, until retention gives up the upload of a job that brought nothing.
CREATE VIEW stored_file AS
  SELECT media_id, tenant_id, kind, size_bytes
  FROM media
  WHERE accepted AND kind IN ('recording', 'photo')
    AND (stored_ms IS NOT NULL
         OR NOT EXISTS (SELECT FROM job WHERE job.job_id = media.job_id AND uploads_expired_ms IS NOT NULL));

-- How many requests the keys of a tenant made on a day (days since 1970, UTC), as gateways told.
CREATE TABLE tenant_requests (
  tenant_id text NOT NULL,
  day       integer NOT NULL,
  requests  bigint NOT NULL,
  PRIMARY KEY (tenant_id, day)
);
