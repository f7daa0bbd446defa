"""Takes backups of a Winnow, and restores them into an empty one: database, objects and journals."""
