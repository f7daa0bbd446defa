"""The object store: what the services need of it, over S3 and in memory.

Only ``s3`` imports the S3 client."""
