"""HTTP building blocks of every page and route: operations, parameters, problems.

They know nothing of media or jobs; from ``clients`` they import only who is calling.
"""
