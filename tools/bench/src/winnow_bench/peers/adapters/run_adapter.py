"""Runs one command of an adapter: ``ADAPTER prepare``, ``ADAPTER single|chain FIRST COUNT`` or ``ADAPTER work``.

The adapter is imported by its name, as its system's own worker program imports it, so that tasks have the same names in
both. It defines four functions: ``prepare()`` makes its tables or queues and empties them, ``single(jobs)`` and
``chain(jobs)`` enqueue a job for each number, and ``work()`` runs a worker until SIGTERM.
"""

import importlib
import sys

adapter = importlib.import_module(sys.argv[1])
match sys.argv[2:]:
    case [("single" | "chain") as kind, first, count]:
        getattr(adapter, kind)(range(int(first), int(first) + int(count)))
    case [("prepare" | "work") as command]:
        getattr(adapter, command)()
    case words:
        raise SystemExit(f"No command of an adapter: {words}")
