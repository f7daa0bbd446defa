"""The search page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from winnow_contracts.errors import WinnowError
from winnow_contracts.problems import PROBLEMS
from winnow_gateway.api.search import FILTERS, search_filters
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.http.operations import read_value
from winnow_gateway.http.problems import FieldError
from winnow_web.auth import Visitors
from winnow_web.excerpts import excerpt

MODES = {"hybrid": "Words and meaning", "words": "Exact words", "meaning": "Meaning"}
"""The search modes, as the page names them."""

_DEGRADED = {
    "embedding_unavailable": "Searching by meaning is not possible just now, so these are matches by exact words only.",
    "other_embedding_model": "Some recordings were indexed with another embedding model: until they are uploaded "
    "again, these are found by exact words only.",
    "index_unavailable": "The index does not answer just now, so some recordings may be missing here.",
}

_NARROWING = ("kind", "language", "tag", "after", "before", "min_minutes")
"""The fields of the form that says where to look."""


def add_pages(blueprint: Blueprint, visitors: Visitors, reads: IndexReads) -> None:
    """Adds ``/search``."""

    @blueprint.get("/search")
    def search() -> tuple[str, int]:
        visitor = visitors.current()
        q = request.args.get("q", "").strip()
        mode = request.args.get("mode", "hybrid")
        mode = mode if mode in MODES else "hybrid"
        answer, trouble, status = None, None, 200
        given = {name: request.args.get(name, "").strip() for name in _NARROWING}
        if q:
            try:
                answer = reads.search(visitor.tenant_id, q, mode, **_filters(given))
            except WinnowError as error:
                # The error stands above the box, which keeps what was typed.
                trouble, status = error, PROBLEMS.get(error.code, PROBLEMS["internal"]).status
        strong, weak = _groups(answer or {"items": []})
        page = render_template(
            "web/search.html",
            q=q,
            mode=mode,
            modes=MODES,
            modes_query=_kept({"q": q, **given}),
            given=given,
            narrowed=any(given.values()),
            answer=answer,
            trouble=trouble,
            strong=strong,
            weak=weak,
            notices=_notices(answer),
        )
        return page, status


def _filters(given: Mapping[str, str]) -> dict[str, Any]:
    """The filters of the form in index's words. Raises FieldError."""
    texts: dict[str, str | None] = {name: given[name] or None for name in ("kind", "language", "tag")}
    texts |= {name: f"{given[name]}T00:00:00Z" for name in ("after", "before") if given[name]}
    if given["min_minutes"]:
        texts["min_duration_ms"] = _ms(given["min_minutes"])
    return search_filters({one.name: read_value(one, texts.get(one.name)) for one in FILTERS})


def _ms(minutes: str) -> str:
    try:
        return f"{float(minutes) * 60_000:.0f}"
    except ValueError as error:
        raise FieldError("The length must be a number of minutes.", pointer="?min_minutes") from error


def _kept(given: Mapping[str, str]) -> str:
    """What is asked, as the beginning of an address's query."""
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{query}&" if query else ""


def _groups(answer: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Returns the hits for the page, the weak ones separately: index marks which moments are weak."""
    strong: list[dict[str, Any]] = []
    weak: list[dict[str, Any]] = []
    for item in answer["items"]:
        moments = [
            {**moment, "pieces": excerpt(moment["text"], moment.get("highlights") or [])} for moment in item["moments"]
        ]
        for group, wanted in ((strong, False), (weak, True)):
            chosen = [moment for moment in moments if bool(moment.get("weak")) is wanted]
            if chosen:
                group.append({**item, "moments": chosen})
    return strong, weak


def _notices(answer: dict[str, Any] | None) -> list[str]:
    codes = answer.get("degraded", []) if answer else []
    return [_DEGRADED.get(code, "A part of the search is not working just now; hits may be missing.") for code in codes]
