"""The facets of the library's page: how many there are of each kind, language, tag and status, as links."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from winnow_gateway.api.list_filters import MEDIA_FACETS, MEDIA_FILTERS
from winnow_gateway.http.operations import read_value

_PARAMETERS = {one.name: one for one in MEDIA_FILTERS if one.name in MEDIA_FACETS}
_MOST_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class FacetLink:
    """One value of a facet: how many have it, and the address that shows them alone, or all again if it is chosen."""

    value: str
    count: int
    address: str
    chosen: bool


def asked_filters(arguments: Mapping[str, str]) -> dict[str, str]:
    """The facets that a request chose, by name. Raises FieldError for a value that no facet can have."""
    found = {name: read_value(_PARAMETERS[name], arguments.get(name) or None) for name in MEDIA_FACETS}
    return {name: value for name, value in found.items() if value is not None}


def facet_links(counted: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, list[FacetLink]]:
    """The links of each facet that tells media apart, the most frequent values first."""
    found = {name: _links(name, counts, chosen) for name, counts in counted.get("facets", {}).items()}
    least = {"tag": 1}
    return {name: links for name, links in found.items() if len(links) >= least.get(name, 2) or name in chosen}


def address(chosen: Mapping[str, str], **more: str) -> str:
    """The library's address with these filters."""
    query = urlencode({**chosen, **more})
    return f"/?{query}" if query else "/"


def _links(name: str, counts: Mapping[str, int], chosen: Mapping[str, str]) -> list[FacetLink]:
    others = {other: value for other, value in chosen.items() if other != name}
    shown = dict(list(counts.items())[:_MOST_SHOWN])
    if name in chosen:
        shown.setdefault(chosen[name], 0)
    links = []
    for value, count in shown.items():
        is_chosen = chosen.get(name) == value
        there = address(others) if is_chosen else address(others, **{name: value})
        links.append(FacetLink(value=value, count=count, address=f"{there}#list", chosen=is_chosen))
    return links
