"""Disposal rules: reads and checks the data of regions, and finds the rule for an item."""
