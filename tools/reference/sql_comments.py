"""Reads what the comments of SQL files say about tables and columns.

A comment above ``CREATE TABLE`` is about the table; one above ``ALTER TABLE … ADD COLUMN``, or after a column in its
line and the lines that follow, is about the column.
"""

import re
from collections.abc import Iterable

_STATEMENT = re.compile(r"(CREATE|ALTER) TABLE (?:IF NOT EXISTS )?(\w+)")
_COLUMN = re.compile(r"(?:ADD COLUMN (?:IF NOT EXISTS )?|^\s+)([a-z_0-9]+)\s+(?:[a-z]+|[A-Z]+)\b")
_AFTER = re.compile(r"--\s*(.*)$")

Comments = dict[tuple[str, str], str]
"""By table and column; a table's own stand under the column ''."""


def read_comments(texts: Iterable[str]) -> Comments:
    """What the files say, later ones last."""
    found: Comments = {}
    for text in texts:
        _read(text, found)
    return found


def _read(text: str, found: Comments) -> None:
    above: list[str] = []
    table = column = ""
    for line in text.splitlines():
        code, after = line.partition("--")[0], _AFTER.search(line)
        comment = after.group(1) if after else ""
        if not code.strip():
            if column and comment and line.startswith(" "):
                found[table, column] = f"{found.get((table, column), '')} {comment}".strip()
            above = [*above, comment] if comment else []
            continue
        if statement := _STATEMENT.search(code):
            table, column = statement.group(2), ""
            if statement.group(1) == "CREATE" and above:
                found[table, ""] = " ".join(above)
        if table and (columns := _COLUMN.findall(code)):
            column = columns[-1]
            about = comment or (" ".join(above) if code.startswith("ALTER") else "")
            if about:
                found[table, column] = about
        if code.rstrip().endswith(";"):
            table = column = ""
        above = []
