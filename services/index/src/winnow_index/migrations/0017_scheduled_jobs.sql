-- Jobs that are to begin later, for those of them that were cancelled: their messages may be on their way for long.
CREATE INDEX task_metadata_not_before ON task_metadata (not_before_ms) WHERE not_before_ms IS NOT NULL;
