"""Stores and searches; the only service with PostgreSQL connections."""
