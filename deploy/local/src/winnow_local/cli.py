"""``winnow``: the command line. Each command is a module of ``winnow_local.commands``."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from winnow_contracts.errors import WinnowError

COMMANDS: dict[str, str] = {
    "up": "start every part and keep it running until Ctrl-C",
    "down": "stop every part",
    "status": "each part with its state and address",
    "demo": "index a real recording, search it, and leave the page open",
    "add": "upload files",
    "search": "search what was said",
    "jobs": "list jobs",
    "trace": "the whole life of one job",
}

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Exit code 0: done; 1: it failed, with one sentence; 2: wrong usage; 130: interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="./winnow", description="Recordings and photos that people can search.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if words and words[0] == name:
            # Only the wanted command is imported: each start stays quick.
            importlib.import_module(f"winnow_local.commands.{name}").add_arguments(command)
    parsed = parser.parse_args(words)
    try:
        code = importlib.import_module(f"winnow_local.commands.{parsed.command}").run(parsed)
    except WinnowError as error:
        print(f"{error.detail.rstrip('.')}. {error.hint}".strip(), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output, such as head, has seen enough.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code)
