"""HTTP between Winnow's own services: the client, the server's settings, health.

This room knows neither the broker nor journals.
"""
