"""The object store as services need it, over S3 and in memory.

Only ``s3`` imports the S3 client.
"""
