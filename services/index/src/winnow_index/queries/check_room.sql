-- Some two megabytes in a temporary file, which a full disk refuses; nothing of it stays.
SELECT count(*) FROM generate_series(1, 100000)
