"""Runs one command of an adapter: ``ADAPTER prepare``, ``single|chain|accept FIRST COUNT`` or ``work``.

The adapter is imported by its name, as its system's own worker program imports it, so that tasks have the same names in
both. It defines four functions: ``prepare()`` makes its tables or queues and empties them, ``single(jobs)`` and
``chain(jobs)`` enqueue a job for each number, and ``work()`` runs a worker until SIGTERM. Some have a fifth,
``one_by_one(jobs)``, a generator that yields whenever the store has taken a single task: ``accept`` prints how long
each took, in milliseconds, as a list.
"""

import importlib
import json
import sys
import time

adapter = importlib.import_module(sys.argv[1])
match sys.argv[2:]:
    case [("single" | "chain") as kind, first, count]:
        getattr(adapter, kind)(range(int(first), int(first) + int(count)))
    case ["accept", first, count]:
        waits_ms, asked = [], time.perf_counter()
        for _ in adapter.one_by_one(range(int(first), int(first) + int(count))):
            waits_ms.append((time.perf_counter() - asked) * 1000)
            asked = time.perf_counter()
        print(json.dumps(waits_ms))
    case [("prepare" | "work") as command]:
        getattr(adapter, command)()
    case words:
        raise SystemExit(f"No command of an adapter: {words}")
