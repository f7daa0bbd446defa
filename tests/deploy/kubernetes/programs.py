"""Which settings a program reads, as it reads them itself, and which lanes it takes."""

import importlib
import types
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from unittest import mock

from winnow_base import environment

_MISSING = " is not set"
LATER = frozenset(("OTEL_EXPORTER_OTLP_ENDPOINT",))
"""What programs read once they have their settings; the migration ends without."""


class Recorder(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)


@cache
def settings_of(command: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of all variables that the program asks for, and of those that it cannot do without."""
    recorder = Recorder({})
    faults = _started(command, recorder)
    needed = frozenset(fault.removesuffix(_MISSING) for fault in faults if fault.endswith(_MISSING))
    return frozenset(recorder.asked) | (LATER if "migrate" not in command[0] else frozenset()), needed


def refused_values(command: tuple[str, ...], given: Mapping[str, str]) -> list[str]:
    """What the program says of values that it does not take. Its secrets are left out, so that it never runs."""
    plain = {name: value for name, value in given.items() if not name.endswith("_FILE")}
    return [fault for fault in _started(command, Recorder(plain)) if not fault.endswith(_MISSING)]


def lanes_of(command: tuple[str, ...]) -> set[str]:
    """The queues that a worker's command takes from."""
    module = importlib.import_module(command[3])
    named = command[command.index("--lanes") + 1].split(",")
    found = [module.LANES.get(name, ()) for name in named]
    return {queue for queues in found for queue in ((queues,) if isinstance(queues, str) else queues)}


def _started(command, environ):
    """The faults with which the program refuses to start in this environment."""
    main, arguments = _program(command)
    with mock.patch.object(environment, "os", types.SimpleNamespace(environ=environ)):
        try:
            main(arguments)
        except SystemExit as end:
            return str(end.code).partition(" cannot run: ")[2].partition(". Set the named ")[0].split("; ")
    raise AssertionError(f"{command} started without its secrets")


def _program(command):
    if "winnow_base.prefork" in command:
        place = command.index("winnow_base.prefork") + 1
        return importlib.import_module(command[place]).main, list(command[place + 1 :])
    [script] = entry_points(group="console_scripts", name=command[0])
    return script.load(), list(command[1:])
