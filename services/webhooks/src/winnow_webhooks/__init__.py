"""What tells accounts' programs of their jobs, as index keeps it: webhooks, their deliveries, and each change.

Index finds this package by its entry points.
"""
