"""Keeps a run's report, always in the same place, and its world if that is still of use."""

import json
import shutil
from pathlib import Path
from typing import Any

from winnow_cli.output import print_json, say, say_aside
from winnow_contracts.errors import WinnowError

STDOUT = Path("-")


class Kept:
    """The folder of a run: ``report.json``, ``report.md`` and ``history.jsonl``, and beside them ``world``.

    ``json_file`` and ``markdown_file`` are further places for the report, ``history_file`` for the history, if any; if
    ``json_file`` is ``STDOUT``, only the JSON goes to stdout.
    """

    def __init__(
        self,
        folder: Path,
        *,
        json_file: Path | None = None,
        markdown_file: Path | None = None,
        history_file: Path | None = None,
    ) -> None:
        self.world = folder / "world"
        self.tell = say_aside if json_file == STDOUT else say
        self._folder = folder
        self._json_file = json_file
        self._markdown_file = markdown_file
        self._history_file = history_file
        self._history = ""

    def begin(self) -> None:
        """Removes the results of an earlier run: an old report beside a new world would mislead."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def history(self, lines: str) -> Path:
        """Writes the history and returns its file. Its further place is written with the report."""
        file = self._folder / "history.jsonl"
        self._history = lines
        _write(file, lines)
        return file

    def report(self, figures: Any, markdown: str) -> None:
        """Prints and writes the report. Raises WinnowError for a place that cannot be written."""
        self.tell(markdown)
        text = json.dumps(figures, indent=1) + "\n"
        _write(self._folder / "report.json", text)
        _write(self._folder / "report.md", markdown + "\n")
        self.tell(f"\nThe report is {self._folder / 'report.md'}, every figure is in report.json beside it.")
        if self._markdown_file:
            _write(self._markdown_file, markdown + "\n")
        if self._history_file:
            _write(self._history_file, self._history)
        if self._json_file == STDOUT:
            print_json(figures)
        elif self._json_file:
            _write(self._json_file, text)

    def leave(self, *, with_world: bool) -> None:
        """Ends the run: removes the world unless it should be inspected."""
        if with_world:
            self.tell(f"Logs, journals and the drills' file are left in {self.world}.")
        else:
            # Of a good run only the report is of use.
            shutil.rmtree(self.world, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WinnowError(f"{path} cannot be written: {error.strerror}.") from error
