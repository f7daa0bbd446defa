-- By the hash of the file: whether a tenant has stored it already.
CREATE INDEX CONCURRENTLY media_file ON media (tenant_id, sha256) WHERE sha256 <> ''
