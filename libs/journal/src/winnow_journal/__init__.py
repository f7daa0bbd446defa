"""Winnow's memory: the SQLite WAL journal of tasks, steps and outgoing messages that each service node owns."""
