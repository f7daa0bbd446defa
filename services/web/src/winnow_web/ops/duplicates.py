"""``/ops/duplicates``: the ledger of repeats: what ran more than once, why, and what nobody can know."""

import shlex
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from winnow_contracts.commands import COMMANDS
from winnow_contracts.index_api.duplicates import ListDuplicates, OddOutcome, RepeatCause
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.frame import Operators, OpsPage
from winnow_web.ops.spans import SPANS, Span, span_of

PATH = "/ops/duplicates"
_PAGE_ITEMS = 25
MEANINGS = {
    RepeatCause.RETRY: "The run before it failed, and had retries left.",
    RepeatCause.WAITED: "The run before it only waited for its turn, or for what was busy.",
    RepeatCause.INTERRUPTED: "A shutdown, a deploy or a pause interrupted the run before it; this one went on.",
    RepeatCause.TAKEOVER: "The process of the run before it died, and its node went on from the last step.",
    RepeatCause.REDELIVERED: "The broker delivered the message again, to a node that did not know the task.",
    RepeatCause.AGAIN: "The message was published again after the broker lost or did not confirm it.",
    RepeatCause.FIRST: "Another node had begun it, and this one took a copy of the message for new.",
    RepeatCause.REPLAY: "A person had the job run again from this task.",
    RepeatCause.UNRECORDED: "The event that says why is missing.",
    None: "No repeat: listed because nobody can know its end, or it came too late.",
}
"""What each cause means, in a sentence."""
MEANT = (RepeatCause.RETRY, RepeatCause.WAITED, RepeatCause.INTERRUPTED, RepeatCause.REPLAY)
"""Repeats that Winnow or a person meant; the others follow from a fault."""


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page."""

    @blueprint.get(PATH)
    def ops_duplicates() -> str:
        operators.reader()
        span = span_of(request.args.get("span"), "week")
        wanted = _filters(request.args.get)
        cursor = request.args.get("cursor") or None
        since_ms = _since_ms(request.args.get("since_ms")) if cursor else None
        since_ms = span.since_ms() if since_ms is None else since_ms
        page = parts.index.ask(ListDuplicates(limit=_PAGE_ITEMS, cursor=cursor, since_ms=since_ms, **wanted))
        shown = {"span": span.name, **{name: value for name, value in wanted.items() if value}}
        older = {**shown, "since_ms": since_ms, "cursor": page.next_cursor}
        return render_template(
            "web/ops/duplicates.html",
            page=page,
            repeats=sum(one.runs for one in page.sums if one.cause),
            most=max((one.runs for one in page.sums), default=1),
            meanings=MEANINGS,
            meant=MEANT,
            first=cursor is None,
            older=urlencode(older) if page.next_cursor else "",
            address=partial(_address, shown),
            span=span,
            spans=SPANS,
            wanted=wanted,
            causes=list(RepeatCause),
            outcomes=list(OddOutcome),
            actors=sorted(COMMANDS),
            command=_command(span, wanted),
        )


def _filters(get: Callable[[str], str | None]) -> dict[str, Any]:
    """The filters of the page; a value that there is not filters nothing."""
    choices: dict[str, Collection[str]] = {"cause": list(RepeatCause), "outcome": list(OddOutcome), "actor": COMMANDS}
    chosen = {name: get(name) if get(name) in known else None for name, known in choices.items()}
    return {**chosen, "node": (get("node") or "").strip()[:200] or None}


def _since_ms(text: str | None) -> int | None:
    """When the span of the first page began: the pages after it are of the same one."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 15 else None


def _address(shown: Mapping[str, str], **changes: str | None) -> str:
    """The page's address with other filters; None takes one away."""
    kept = {name: value for name, value in {**shown, **changes}.items() if value}
    return f"{PATH}?{urlencode(kept)}"


def _command(span: Span, wanted: Mapping[str, str | None]) -> str:
    given = "".join(f" --{name} {shlex.quote(value)}" for name, value in wanted.items() if value)
    return f"./winnow duplicates --since {span.since}{given}"


PAGE = OpsPage(title="Duplicates", path=PATH, add=add_pages)
