"""People's accounts and their sessions, as index keeps them. Index finds this package by its entry point."""
