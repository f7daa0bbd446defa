"""The faults, one file for each kind of thing they strike."""
