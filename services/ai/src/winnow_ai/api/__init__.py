"""The ai service's internal HTTP API."""
