"""Builds the argument parser of a service's program, with its version."""

import argparse
from importlib.metadata import version


def program_parser(name: str, about: str, *, distribution: str) -> argparse.ArgumentParser:
    """The parser of ``name``'s arguments. ``--version`` prints the version of the installed ``distribution``."""
    parser = argparse.ArgumentParser(prog=name, description=about)
    parser.add_argument("--version", action="version", version=f"{name} {version(distribution)}")
    return parser
