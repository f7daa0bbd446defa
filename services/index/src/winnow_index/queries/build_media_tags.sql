-- By tag, of the few media that have any.
CREATE INDEX CONCURRENTLY media_tags ON media USING gin (tags) WHERE tags <> '{}'
