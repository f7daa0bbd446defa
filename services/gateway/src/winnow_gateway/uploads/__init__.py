"""Bytes and forms on their way in: streams, file names, idempotency keys.

Knows nothing of pages."""
