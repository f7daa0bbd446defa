-- When index removed the sentinels of a journal that is gone. One that was heard of since may have made another.
ALTER TABLE journal_watermark ADD COLUMN sentinels_removed_ms bigint;
