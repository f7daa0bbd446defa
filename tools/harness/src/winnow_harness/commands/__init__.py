"""The commands of ``winnow`` that test it, one module each."""

COMMANDS: dict[str, str] = {
    "chaos": "strike a stack of its own with faults, and count what became of every job",
}
