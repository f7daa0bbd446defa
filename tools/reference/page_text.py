"""Writes tables and lists of a page."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a head; each row has a cell for each head."""
    lines = (heads, ["---"] * len(heads), *rows)
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines)


def cell(text: str) -> str:
    """Text as one line that does not end its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Text as code, or nothing for none."""
    return f"`{text}`" if text else ""


def prose(docstring: str | None) -> str:
    """A docstring's first paragraph in one line, with Markdown's code in place of reStructuredText's."""
    return " ".join((docstring or "").strip().partition("\n\n")[0].split()).replace("``", "`")
