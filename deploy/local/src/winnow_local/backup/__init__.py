"""Takes a backup of the running stack, and restores it into an empty one: database, objects and journals."""
