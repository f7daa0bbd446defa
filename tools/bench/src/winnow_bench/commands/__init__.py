"""The command of ``winnow`` that measures it."""

COMMANDS: dict[str, str] = {
    "bench": "measure: jobs, latency, recordings, search, the stack at rest, each beside what else could do it",
}
