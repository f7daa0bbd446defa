"""``winnow bench sqlite``: what one commit costs in each of SQLite's modes, and in the journal."""
