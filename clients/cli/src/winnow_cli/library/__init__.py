"""A whole library in a folder: out of one Winnow, and into another."""
