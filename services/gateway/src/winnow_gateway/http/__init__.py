"""HTTP building blocks of every page and route: operations, parameters, problems, byte ranges.

They know nothing of media or jobs; from ``clients`` they import only who is calling.
"""
