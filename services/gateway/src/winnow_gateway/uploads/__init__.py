"""Reads upload bodies and forms: streams, file names, idempotency keys. It knows nothing of pages."""
