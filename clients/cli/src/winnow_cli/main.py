"""``winnow``: the command line, with the commands of every installed package.

A package adds its own with an entry point of the group ``winnow.commands`` that names a package: it has ``COMMANDS``, a
summary for each command's name, and for each a module of that name with ``add_arguments(parser)`` and
``run(arguments) -> exit code``.
"""

import argparse
import importlib
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points, version

import winnow_client.errors
import winnow_contracts.errors

_INTERRUPTED = 130
_ERRORS = (winnow_client.errors.WinnowError, winnow_contracts.errors.WinnowError)
"""What the gateway's commands raise, and those of other packages."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a command does in a few words, and its module."""

    summary: str
    module: str


def find_commands() -> dict[str, Command]:
    """The commands of every installed package by name, in alphabetical order."""
    packages = [entry.load() for entry in entry_points(group="winnow.commands")]
    found = {
        name: Command(summary=summary, module=f"{package.__name__}.{name}")
        for package in packages
        for name, summary in package.COMMANDS.items()
    }
    return dict(sorted(found.items()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command.

    Exit code 0: done; 1: failed, with one sentence; 2: wrong usage; 130: interrupted. With ``--json`` a command that
    failed as a whole also prints its ``error``, so stdout always holds JSON.
    """
    _print_anything()
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="./winnow", description="Recordings and photos that people can search.")
    parser.add_argument("--version", action="version", version=f"winnow {version('winnow-cli')}")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands = find_commands()
    for name, command in commands.items():
        summary = command.summary
        choice = choices.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if words and words[0] == name:
            # Imports only the wanted command, so that each start is quick.
            importlib.import_module(command.module).add_arguments(choice)
    parsed = parser.parse_args(words)
    try:
        code = importlib.import_module(commands[parsed.command].module).run(parsed)
    except _ERRORS as error:
        print(f"{error.detail.rstrip('.')}. {error.hint}".strip(), file=sys.stderr)
        if getattr(parsed, "json", None) is True:
            print(json.dumps({"error": error.to_json()}, indent=2))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output, for example head, has closed it.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code)


def _print_anything() -> None:
    """Makes every character printable: characters that the terminal's encoding lacks are printed as numbers."""
    for out in (sys.stdout, sys.stderr):
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
