"""The search page."""

from typing import Any

from flask import Blueprint, render_template, request

from winnow_contracts.errors import WinnowError
from winnow_contracts.problems import PROBLEMS
from winnow_gateway.clients.media_reads import IndexReads
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


def add_pages(blueprint: Blueprint, visitors: Visitors, reads: IndexReads) -> None:
    """Adds ``/search``."""

    @blueprint.get("/search")
    def search() -> tuple[str, int]:
        visitor = visitors.current()
        q = request.args.get("q", "").strip()
        mode = request.args.get("mode", "hybrid")
        mode = mode if mode in MODES else "hybrid"
        answer, trouble, status = None, None, 200
        if q:
            try:
                answer = reads.search(visitor.tenant_id, q, mode)
            except WinnowError as error:
                # The error stands above the box, which keeps what was typed.
                trouble, status = error, PROBLEMS.get(error.code, PROBLEMS["internal"]).status
        strong, weak = _groups(answer or {"items": []})
        page = render_template(
            "web/search.html",
            q=q,
            mode=mode,
            modes=MODES,
            answer=answer,
            trouble=trouble,
            strong=strong,
            weak=weak,
            notices=_notices(answer),
        )
        return page, status


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
