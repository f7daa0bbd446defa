"""The object store as services need it, over S3 and in memory.

Only the modules named ``s3…`` import the S3 client.
"""
