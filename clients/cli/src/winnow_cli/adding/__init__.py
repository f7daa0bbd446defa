"""Adds files: uploads them one after the other and follows them together until each is searchable."""
