"""How the program of a service begins: what it is, and of which version."""

import argparse
from importlib.metadata import version


def program_parser(name: str, about: str, *, distribution: str) -> argparse.ArgumentParser:
    """The parser of ``name``'s arguments, which knows ``--version``: that of the installed ``distribution``."""
    parser = argparse.ArgumentParser(prog=name, description=about)
    parser.add_argument("--version", action="version", version=f"{name} {version(distribution)}")
    return parser
