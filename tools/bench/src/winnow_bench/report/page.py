"""Refreshes the parts of a Markdown page that kept figures make; what stands around them is written by people."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from winnow_bench.measures import number
from winnow_bench.report.tables import TABLES
from winnow_contracts.errors import NotFound

_MOST_ROWS = 12
"""A list with more entries than this is for plots and not for reading."""
_PLACE = r"(<!-- figures: {bench} -->\n).*?(<!-- end of figures -->)"
_ANY_PLACE = re.compile(r"<!-- figures: ([\w-]+) -->")


def check_places(pages: Iterable[str], results: Iterable[str]) -> None:
    """Raises NotFound for a bench with a kept result that has no place in any of the pages."""
    places = {place for page in pages for place in _ANY_PLACE.findall(page)}
    if homeless := sorted(set(results) - places):
        raise NotFound(
            f"No page has a place for the kept figures of {homeless[0]}.",
            hint=f"Write a section with <!-- figures: {homeless[0]} --> and <!-- end of figures -->.",
        )


def refresh(page: str, results: Mapping[str, Mapping[str, Any]], plotted: Sequence[str]) -> str:
    """Returns the page with the figures of each bench between its two markers; ``plotted`` benches have a plot.

    A place without a kept result says so.
    """
    for bench in _ANY_PLACE.findall(page):
        lines = _section(bench, results[bench], bench in plotted) if bench in results else ["No figures are kept."]
        text = "\n".join(["", *lines, "", ""])
        page = re.sub(_PLACE.format(bench=bench), lambda found, text=text: found[1] + text + found[2], page, flags=re.S)  # type: ignore[misc]
    return page


def _section(bench: str, result: Mapping[str, Any], plotted: bool) -> Iterator[str]:
    if plotted:
        yield from (f"![{bench}](performance/{bench}.svg)", "")
    seen = result["conditions"]
    yield f"Seen {result['when'][:10]}: {seen['processors']} × {seen['processor']}, load {seen['load']} at the end,"
    yield from (f"Linux {seen['kernel']}, Python {seen['python']}, Winnow {seen['winnow']}.", "")
    yield from TABLES.get(bench, _list)(result["figures"])


def _list(figures: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| figure | value |", "|---|---|")
    for name, value in rows(figures):
        yield f"| {name} | {value} |"


def rows(figures: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each figure with its name, which says the way to it in words."""
    match figures:
        case Mapping():
            for key, value in figures.items():
                yield from rows(value, f"{name}, {_words(key)}" if name else _words(key))
        case [float() | int() as low, float() | int() as high]:
            yield name, f"{number(low)} to {number(high)}"
        case list() if len(figures) <= _MOST_ROWS:
            for place, value in enumerate(figures, 1):
                named = isinstance(value, Mapping) and "name" in value
                rest = {key: inner for key, inner in value.items() if key != "name"} if named else value
                yield from rows(rest, value["name"] if named else f"{name} {place}")
        case list():
            yield name, f"{len(figures)} values, in the kept file"
        case float() | int():
            yield name, number(figures)
        case _:
            yield name, str(figures)


def _words(key: str) -> str:
    return key.replace("_", " ")
