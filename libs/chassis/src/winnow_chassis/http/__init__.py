"""HTTP between Winnow's own parts: the client, the server's settings, health.

Knows nothing of the broker or of journals."""
