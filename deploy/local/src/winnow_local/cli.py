"""``winnow``: the command line. Each command is a module of ``winnow_local.commands``."""

import argparse
import importlib
import io
import json
import sys
from collections.abc import Sequence
from importlib.metadata import version

from winnow_contracts.errors import WinnowError

COMMANDS: dict[str, str] = {
    "up": "start every part and keep it running until Ctrl-C",
    "down": "stop every part",
    "status": "each part with its state and address",
    "demo": "index a real recording, search it, and leave the page open; with --photos, sort photos",
    "add": "upload files",
    "search": "search what was said",
    "sort": "say what waste is on photos, and how to throw it away",
    "feedback": "what people corrected on photos, as labelled data: export",
    "jobs": "list jobs",
    "trace": "where a job is, and its whole life",
    "cancel": "end a job that is not wanted any more",
    "retry": "run a failed or cancelled job again from where it failed",
    "resend": "send the commands of stuck jobs again, where the broker lost their messages",
    "dead": "tasks that failed for good: list, show, replay, discard",
    "queues": "the lanes, what waits in them and who takes of them",
    "pause": "hold a lane; its messages wait",
    "resume": "let a paused lane go on",
    "journal": "the nodes' journals: show, verify, adopt",
    "doctor": "compare journals, broker and database, and say what mends what is wrong",
    "chaos": "strike a stack of its own with faults, and count what became of every job",
    "bench": "measure: the stock library under the same faults; what search by meaning finds; the stack at rest",
}

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Exit code 0: done; 1: it failed, with one sentence; 2: wrong usage; 130: interrupted.

    With ``--json`` a command that failed as a whole prints its ``error`` too: stdout always holds JSON.
    """
    _print_anything()
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="./winnow", description="Recordings and photos that people can search.")
    parser.add_argument("--version", action="version", version=f"winnow {version('winnow-local')}")
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
        if getattr(parsed, "json", None) is True:
            print(json.dumps({"error": error.to_json()}, indent=2))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output, such as head, has seen enough.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code)


def _print_anything() -> None:
    """Let no character end a command: what the terminal's encoding lacks is printed as its number."""
    for out in (sys.stdout, sys.stderr):
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
