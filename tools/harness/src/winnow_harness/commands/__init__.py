"""The commands of ``winnow`` that test it, one module each."""

COMMANDS: dict[str, str] = {
    "chaos": "strike a stack of its own with faults, and count what became of every job",
    "bench": "measure: the stock library under the same faults; what search by meaning finds; the stack at rest",
}
