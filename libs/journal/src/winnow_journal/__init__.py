"""The journal that each service node owns: a SQLite WAL database of tasks, steps and outgoing messages."""
