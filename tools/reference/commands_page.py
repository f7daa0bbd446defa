"""The page of commands: what ``./winnow COMMAND --help`` tells of each."""

import argparse
import importlib
from collections.abc import Iterator

from page_text import code, table
from winnow_cli.main import find_commands

_INTRO = """# Commands and their options

What `--help` prints after each command. [commands.md](../commands.md) says in a sentence what each is for.
A command ends with 0: done; 1: failed, and one sentence says why; 2: wrong usage; 130: interrupted."""


def commands_page() -> str:
    """The page as Markdown, a section for each command in alphabetical order."""
    sections = []
    for name, command in find_commands().items():
        parser = argparse.ArgumentParser(prog=f"./winnow {name}")
        importlib.import_module(command.module).add_arguments(parser)
        summary = f"{command.summary[0].upper()}{command.summary[1:]}."
        sections.append(f"## `{parser.prog}`\n\n{summary}" + "".join(_of(parser)))
    return "\n\n".join([_INTRO, *sections]) + "\n"


def _of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The table of a parser's arguments, then those of its verbs."""
    plain = [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction)]
    rows = [(_name(action), _about(action)) for action in plain if not isinstance(action, argparse._HelpAction)]
    if rows:
        yield f"\n\n{table(('argument', 'is'), rows)}"
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            summaries = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for verb, inner in action.choices.items():
                yield f"\n\n### `{parser.prog} {verb}`\n\n{summaries.get(verb, '')}" + "".join(_of(inner))


def _name(action: argparse.Action) -> str:
    """How it is written: ``--since TIME``, or ``FILE…`` for one that may be repeated."""
    value = action.metavar if action.metavar is not None else (action.choices and "|".join(map(str, action.choices)))
    if isinstance(value, tuple):
        value = " ".join(value)
    value = "" if action.nargs == 0 else str(value or action.dest.upper())
    if action.nargs == "?":
        value = f"[{value}]"
    elif action.nargs in ("*", "+"):
        value = f"{value}…"
    return " ".join(code(text) for text in (", ".join(action.option_strings), value) if text)


def _about(action: argparse.Action) -> str:
    return (action.help or "") % {**vars(action), "prog": "./winnow"} if action.help else ""
