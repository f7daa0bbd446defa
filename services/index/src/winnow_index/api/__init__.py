"""Index's internal HTTP API: what the other services read."""
