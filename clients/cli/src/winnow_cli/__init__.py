"""Winnow's command line: every command that calls a gateway."""
