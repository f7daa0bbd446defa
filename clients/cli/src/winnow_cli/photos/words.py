"""Formats photo answers as text: one photo in full, many as a table."""

from collections.abc import Iterable, Iterator
from typing import Any

from winnow_cli.photos.sorting import SortedPhoto

_LONGEST_NAME = 40


def answer_lines(photo: SortedPhoto) -> Iterator[str]:
    """Everything about one photo."""
    said = photo.classification
    if said is None:
        yield f"{photo.name}: {why_not(photo)}"
        return
    if photo.item is None:
        yield f"{photo.name}: not sorted. {why_not(photo)}"
    else:
        yield f"{photo.name}:"
        for item in said["items"]:
            yield from _item_lines(item)
        if said["better_photo"]:
            yield f"  {said['better_photo']['text']}"
    yield f"  Said by {said['model']}{', from the cache' if said['cached'] else ''}."
    yield from (f"  {warning}" for warning in said["warnings"])


def table_lines(photos: Iterable[SortedPhoto]) -> Iterator[str]:
    """A line per photo: file, category, item, confidence, and where it goes or why it was not sorted."""
    yield _row("photo", "category", "item", "sure", "where it goes")
    for photo in photos:
        item = photo.item
        if item is None:
            yield _row(photo.name, "-", "", "", why_not(photo))
        else:
            place = item["rule"]["bin"] if item["rule"] else ""
            yield _row(photo.name, item["category"], _words(item["item"]), _percent(item["confidence"]), place)


def why_not(photo: SortedPhoto) -> str:
    """Why a photo was not sorted, in a sentence or two; empty where it was."""
    if photo.error:
        detail = str(photo.error["detail"]).rstrip(".")
        return f"It failed: {detail}. {photo.error.get('hint') or ''}".strip()
    said = photo.classification
    if said is None or photo.item is not None:
        return ""
    reason = said["nothing"]["text"] if said["nothing"] else _leaning(said)
    return f"{reason} {said['better_photo']['text'] if said['better_photo'] else ''}".strip()


def _leaning(said: dict[str, Any]) -> str:
    leant = [f"{item['category']} {_percent(item['confidence'])}" for item in said["items"]]
    leant += [
        f"{other['category']} {_percent(other['confidence'])}"
        for item in said["items"][:1]
        for other in item["alternatives"]
    ]
    wanted = _percent(said["threshold"])
    return f"Not sure enough: {', '.join(leant)}; {wanted} is needed." if leant else "Nothing could be told."


def _item_lines(item: dict[str, Any]) -> Iterator[str]:
    name = f", {_words(item['item'])}" if item["item"] else ""
    state = "" if item["state"] == "unknown" else f", {item['state']}"
    yield f"  {item['category'].capitalize()}{name}{state} ({_percent(item['confidence'])} sure)"
    rule, guidance = item["rule"], item["guidance"]
    if not rule:
        return
    yield f"  Where it goes: {rule['bin']}"
    for number, step in enumerate(guidance["steps"] if guidance else (), 1):
        yield f"    {number}. {step['text']}"
    if rule["caution"]:
        yield f"  Mind: {rule['caution']}"
    source = rule["source"]
    wider = f"; the {rule['level']} rule, as this very thing has none" if rule["fallback"] else ""
    yield f"  Rule: {rule['title']} ({rule['region']}{wider})"
    yield f"  Source: {source['title']}, {source['publisher']}, {source['date']}, read {source['checked']}"
    yield f"          {source['url']}"


def _row(photo: str, category: str, item: str, sure: str, place: str) -> str:
    return f"{_cut(photo, _LONGEST_NAME):<40} {category:<9} {item:<18} {sure:>5}  {place}".rstrip()


def _cut(text: str, longest: int) -> str:
    """Cuts a long name at its start: the end says more."""
    return text if len(text) <= longest else f"…{text[1 - longest :]}"


def _words(item: str) -> str:
    return item.replace("_", " ")


def _percent(share: float) -> str:
    # Never rounded up: a value just below the threshold must not read as if it had reached it.
    return f"{int(100 * share + 1e-9)} %"
