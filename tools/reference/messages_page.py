"""The page of messages: commands between services, and events to index."""

import dataclasses
import inspect
import re
import typing
from collections.abc import Collection
from typing import Any

from field_docs import field_docs
from page_text import code, prose, table
from winnow_contracts.commands import COMMANDS, Command, PhotoFiles, RecordingFiles
from winnow_contracts.events import EventKind, TaskEvent

_COMMANDS = """# Messages

## Commands

A command asks a service for a task: JSON on the queue of its lane, with the fields below and those of every command. It
grows by fields with defaults; anything else is a new command. The envelope around it (`winnow_contracts/envelope.py`)
carries task, run, retry and trace."""

_EVENTS = """## Events

An event is a recorded fact about a task. Journals send them to index in batches (`index.events`), and index answers up
to which number it has stored them. Progress goes to whoever watches, and is not kept."""


def messages_page() -> str:
    """The page as Markdown. Raises ValueError if an event has no word about its detail."""
    parts = [_COMMANDS, f"### Every command\n\n{_fields(Command)}"]
    common = tuple(field.name for field in dataclasses.fields(Command))
    for actor, command in COMMANDS.items():
        head = f"### `{actor}`\n\n`{command.__name__}`, on `{command.QUEUE}`. {prose(command.__doc__)}"
        fields = _fields(command, common)
        parts.append(f"{head}\n\n{fields}" if fields else head)
    for files in (RecordingFiles, PhotoFiles):
        parts.append(f"### `{files.__name__}`\n\n{prose(files.__doc__)}\n\n{_fields(files)}")
    details = _details()
    if missing := [kind for kind in EventKind if kind not in details]:
        raise ValueError(f"TaskEvent's docstring says nothing of the detail of {', '.join(missing)}")
    rows = [(code(kind), details[kind]) for kind in EventKind]
    parts += [_EVENTS, table(("event", "detail"), rows), f"### Every event\n\n{_fields(TaskEvent)}"]
    return "\n\n".join(parts) + "\n"


def _fields(kind: type, without: Collection[str] = ()) -> str:
    """The table of a class's fields; empty if all are left out."""
    docs, types = field_docs(kind), typing.get_type_hints(kind)
    rows = [
        (code(field.name), _type(types[field.name]), _default(field), docs.get(field.name, ""))
        for field in dataclasses.fields(kind)
        if field.name not in without
    ]
    return table(("field", "is", "default", "means"), rows) if rows else ""


def _type(annotation: Any) -> str:
    """A type as people write it, without the modules of its parts."""
    shown = annotation.__name__ if isinstance(annotation, type) and not typing.get_args(annotation) else str(annotation)
    return re.sub(r"[\w.]+\.(?=\w)", "", shown).replace(" | ", " or ")


def _default(field: Any) -> str:
    if field.default is dataclasses.MISSING:
        return "" if field.default_factory is dataclasses.MISSING else "empty"
    return {None: "none", "": "empty", (): "empty"}.get(field.default, code(repr(field.default)))


def _details() -> dict[str, str]:
    """What TaskEvent's docstring says of the detail of each kind."""
    paragraph = " ".join(inspect.cleandoc(TaskEvent.__doc__ or "").split()).partition("by kind: ")[2]
    entries = paragraph.replace("``", "`").split(" · ")
    return {entry.partition(" ")[0]: entry.partition(" ")[2].partition(". `envelope`")[0] for entry in entries}
