"""Exports corrected photos as training data: a folder per category, and a table of answers and corrections."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from winnow_client import Client
from winnow_client.errors import Misconfigured, WinnowError
from winnow_contracts.photo import Category

LABELS_FILE = "labels.csv"
COLUMNS = (
    *("path", "category", "item", "state", "at", "media_id", "note"),
    *("said_category", "said_item", "said_state", "said_confidence", "said_abstained", "said_model"),
)

_PAGE = 100
_FORMULA = ("=", "+", "-", "@")
"""Characters that start a formula in a spreadsheet."""

Row = dict[str, Any]


def export_feedback(client: Client, folder: Path) -> tuple[list[Row], list[str]]:
    """Writes the latest correction of every photo below ``folder``; returns the rows, and a sentence per photo left
    out.

    Existing files are overwritten. A photo that was corrected again is removed from the folder of its former category,
    even if it cannot be fetched again. Raises Misconfigured if the folder cannot be written.
    """
    rows: list[Row] = []
    left_out: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for correction in _latest(client):
            try:
                rows.append(_written(client, correction, folder))
            except WinnowError as error:
                left_out.append(f"{correction['media_id']}: {error.detail}")
        _write_table(folder / LABELS_FILE, rows)
    except OSError as error:
        raise Misconfigured(f"{folder} cannot be written: {error.strerror}.", hint="Name another folder.") from error
    return rows, left_out


def _latest(client: Client) -> list[Row]:
    """The latest correction of each photo."""
    latest: dict[str, Row] = {}
    for correction in _all(client):
        before = latest.get(correction["media_id"])
        if before is None or correction["at"] > before["at"]:
            latest[correction["media_id"]] = correction
    return sorted(latest.values(), key=lambda correction: (correction["at"], correction["media_id"]))


def _all(client: Client) -> Iterator[Row]:
    cursor = None
    while True:
        page = client.get("/v1/feedback", {"limit": _PAGE, "cursor": cursor})
        yield from page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return


def _written(client: Client, correction: Row, folder: Path) -> Row:
    said, correct = correction["said"], correction["correct"]
    # Only closed-list categories and the id's own characters: data from the network must not choose a path.
    category = Category(correct["category"]).value
    name = "".join(letter for letter in correction["media_id"] if letter.isalnum() or letter in "_-")
    path = Path(category) / f"{name}.jpg"
    for other in Category:
        if other.value != category:
            (folder / other.value / path.name).unlink(missing_ok=True)
    image = client.photos.image(correction["media_id"])
    (folder / category).mkdir(exist_ok=True)
    (folder / path).write_bytes(image)
    return {
        "path": path.as_posix(),
        **{name: correct.get(name) or "" for name in ("category", "item", "state")},
        **{name: correction.get(name) or "" for name in ("at", "media_id", "note")},
        **{
            f"said_{name}": said.get(name) for name in ("category", "item", "state", "confidence", "abstained", "model")
        },
    }


def _write_table(file: Path, rows: list[Row]) -> None:
    with file.open("w", newline="", encoding="utf-8") as table:
        writer = csv.DictWriter(table, COLUMNS)
        writer.writeheader()
        writer.writerows({column: _cell(value) for column, value in row.items()} for row in rows)


def _cell(value: Any) -> Any:
    """A value for a table cell: people's text must not run as a formula where the table is opened."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
