"""Podcast feeds: recordings that come in by themselves."""
