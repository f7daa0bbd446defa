"""Podcast feeds that accounts subscribe to, as index keeps them. Index finds this package by its entry points."""
