"""The facets of a list's page: how many there are of each kind, language, tag and so on, as links."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from winnow_gateway.http.operations import QueryParameter, read_value

_MOST_SHOWN = 12
_FEWEST_SHOWN = {"tag": 1}
"""A facet with a single value tells nothing apart; a tag does, as others have none."""


@dataclass(frozen=True, kw_only=True)
class FacetLink:
    """One value of a facet: how many have it, and the address that shows them alone, or all again if it is chosen."""

    value: str
    count: int
    address: str
    chosen: bool


class FacetedList:
    """The list at a page's ``path`` with the facets of these ``names``, each of which is one of the list's filters."""

    def __init__(self, path: str, names: tuple[str, ...], filters: tuple[QueryParameter, ...]) -> None:
        self.names = names
        self._path = path
        self._filters = {one.name: one for one in filters if one.name in names}

    def asked(self, arguments: Mapping[str, str]) -> dict[str, str]:
        """The facets that a request chose, by name. Raises FieldError for a value that no facet can have."""
        found = {name: read_value(self._filters[name], arguments.get(name) or None) for name in self.names}
        return {name: value for name, value in found.items() if value is not None}

    def links(self, counted: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, list[FacetLink]]:
        """The links of each facet that tells items apart, the most frequent values first."""
        found = {name: self._links(name, counts, chosen) for name, counts in counted.get("facets", {}).items()}
        return {
            name: links for name, links in found.items() if len(links) >= _FEWEST_SHOWN.get(name, 2) or name in chosen
        }

    def address(self, chosen: Mapping[str, str], **more: str) -> str:
        """The list's address with these filters."""
        query = urlencode({**chosen, **more})
        return f"{self._path}?{query}" if query else self._path

    def _links(self, name: str, counts: Mapping[str, int], chosen: Mapping[str, str]) -> list[FacetLink]:
        others = {other: value for other, value in chosen.items() if other != name}
        shown = dict(list(counts.items())[:_MOST_SHOWN])
        if name in chosen:
            shown.setdefault(chosen[name], 0)
        links = []
        for value, count in shown.items():
            is_chosen = chosen.get(name) == value
            there = self.address(others) if is_chosen else self.address(others, **{name: value})
            links.append(FacetLink(value=value, count=count, address=f"{there}#list", chosen=is_chosen))
        return links
