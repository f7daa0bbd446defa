"""What every page and route speaks: operations, parameters, problems, byte ranges.

Knows nothing of media or jobs; takes from ``clients`` only who is asking."""
