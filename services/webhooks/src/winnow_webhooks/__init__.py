"""Accounts' webhooks and their deliveries, as index keeps them. Index finds this package by its entry points."""
