-- When the uploads of a job without result were given up, after which no run of it begins. The index for it is built
-- later, beside the work (index_builds.py).
ALTER TABLE job ADD COLUMN uploads_expired_ms bigint;
