"""Winnow's command line: every command that talks to a gateway."""
