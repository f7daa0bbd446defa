"""The contracts between Winnow's services: commands, events, states, errors, object keys. Standard library only."""
