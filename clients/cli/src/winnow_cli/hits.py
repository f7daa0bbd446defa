"""Formats search hits as lines of text."""

from collections.abc import Iterator
from typing import Any

from winnow_cli.text_times import clock


def hit_lines(answer: dict[str, Any], page_url: str) -> Iterator[str]:
    """Each media with its moments: time, text, and the link to play it."""
    for reason in answer.get("degraded") or ():
        yield f"(degraded: {reason})"
    if not answer["items"]:
        yield "Nothing was found."
    for item in answer["items"]:
        yield item["title"]
        for moment in item["moments"]:
            yield f"  {clock(moment['start_ms'])}-{clock(moment['end_ms'])}  {marked(moment)}"
            yield f"      {page_url}{moment['play_url']}"


def marked(moment: dict[str, Any]) -> str:
    """The moment's text with its highlights between asterisks."""
    text = str(moment["text"])
    parts: list[str] = []
    at = 0
    for mark in moment.get("highlights") or ():
        parts += [text[at : mark["from"]], f"*{text[mark['from'] : mark['to']]}*"]
        at = mark["to"]
    return "".join((*parts, text[at:]))
