"""A vision model's finding: the schema it must follow, the checked answer, and the items that are claimed."""

import re
from dataclasses import dataclass
from typing import Any

from winnow_ai.llm.speech_response import Unreadable
from winnow_ai.photo.reading import json_object, objects, one_of, share, shown
from winnow_contracts.photo import (
    KNOWN_ITEMS,
    BetterPhoto,
    Category,
    Finding,
    FoundItem,
    Guess,
    ItemState,
    Nothing,
)

MOST_ITEMS = 8
MOST_ALTERNATIVES = 3
_ITEM = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST_ITEM = 40
_MOST_LOOKED_AT = 50


@dataclass(frozen=True, kw_only=True)
class SeenItem:
    """A model's answer that keeps to the closed lists, before the threshold is applied."""

    items: tuple[FoundItem, ...]
    nothing: Nothing | None
    better_photo: BetterPhoto | None


def schema() -> dict[str, Any]:
    """The JSON Schema of an answer, limited to what hosted models enforce: all fields required, numbers unbounded."""
    guess = {
        "category": {"type": "string", "enum": [kind.value for kind in Category]},
        "item": {"type": "string"},
        "confidence": {"type": "number"},
    }
    item = {
        **guess,
        "state": {"type": "string", "enum": [state.value for state in ItemState]},
        "alternatives": {"type": "array", "items": _object(guess)},
    }
    return _object(
        {
            "items": {"type": "array", "items": _object(item)},
            "nothing": {"type": ["string", "null"], "enum": [*(why.value for why in Nothing), None]},
            "better_photo": {"type": ["string", "null"], "enum": [*(photo.value for photo in BetterPhoto), None]},
        }
    )


def read_seen(text: str) -> SeenItem:
    """Parse a model's answer. Raises Unreadable with a message for the model."""
    answer = json_object(text)
    items = tuple(
        _found(item, f"items[{place}]") for place, item in enumerate(objects(answer.get("items"), "items", MOST_ITEMS))
    )
    nothing = answer.get("nothing")
    better = answer.get("better_photo")
    seen = SeenItem(
        items=items,
        nothing=None if nothing is None else one_of(Nothing, nothing, "nothing"),
        better_photo=None if better is None else one_of(BetterPhoto, better, "better_photo"),
    )
    if not items and seen.nothing is None:
        raise Unreadable("items is empty, and nothing does not say why")
    if items and seen.nothing is not None:
        raise Unreadable(f"items has entries, and nothing says {shown(nothing)}")
    return seen


def claim(seen: SeenItem, *, threshold: float, model: str, prompt: str, cached: bool) -> Finding:
    """The finding: the items with a confidence of at least ``threshold``.

    If no item reaches it, the finding abstains: it has the model's guesses, and says which photo would help.
    """
    sure = tuple(item for item in seen.items if item.confidence >= threshold)
    abstained = not sure if seen.items else seen.nothing is Nothing.UNCLEAR
    return Finding(
        items=seen.items if abstained else sure,
        abstained=abstained,
        model=model,
        prompt=prompt,
        threshold=threshold,
        nothing=seen.nothing,
        better_photo=(seen.better_photo or _would_help(seen)) if abstained else seen.better_photo,
        cached=cached,
    )


def _would_help(seen: SeenItem) -> BetterPhoto:
    return BetterPhoto.ONE_ITEM if len(seen.items) > 1 else BetterPhoto.CLOSER


def _found(item: dict[str, Any], where: str) -> FoundItem:
    others = item.get("alternatives")
    # Drop surplus alternatives without an error: people choose from them, and nothing else depends on them.
    alternatives = [] if others is None else objects(others, f"{where}.alternatives", _MOST_LOOKED_AT)
    guess = _guess(item, where)
    return FoundItem(
        category=guess.category,
        item=guess.item,
        state=one_of(ItemState, item.get("state"), f"{where}.state"),
        confidence=guess.confidence,
        alternatives=tuple(
            _guess(other, f"{where}.alternatives[{n}]") for n, other in enumerate(alternatives[:MOST_ALTERNATIVES])
        ),
    )


def _guess(value: dict[str, Any], where: str) -> Guess:
    category = one_of(Category, value.get("category"), f"{where}.category")
    item = value.get("item")
    if not isinstance(item, str) or len(item) > _LONGEST_ITEM or not (item == "" or _ITEM.fullmatch(item)):
        raise Unreadable(f'{where}.item is {shown(item)}, and must be an id such as "pet_bottle", or ""')
    if KNOWN_ITEMS.get(item, category) is not category:
        raise Unreadable(f'{where} says "{item}" is {category}, and it belongs to {KNOWN_ITEMS[item]}')
    return Guess(category=category, item=item, confidence=share(value.get("confidence"), f"{where}.confidence"))


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
