"""HTTP: the client between Winnow's own services, the server and its limits, health, byte ranges.

This room knows neither the broker nor journals.
"""
