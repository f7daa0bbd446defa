"""Disposal rules: data of regions, checked when read, found for an item."""
