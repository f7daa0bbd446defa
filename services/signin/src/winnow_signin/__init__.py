"""Signing in to the gateway, and the API of accounts. The gateway finds this package by its entry points."""
