"""What a small endpoint's chat models say: of a photo what its bytes' hash tells, of a rule its own steps."""

import hashlib
import json
from enum import StrEnum
from typing import Any

from winnow_contracts.photo import KNOWN_ITEMS, ItemState


class Misbehaviour(StrEnum):
    """What a vision model may do instead of a good answer."""

    NONSENSE = "nonsense"
    """Words that are no JSON."""
    UNKNOWN_CATEGORY = "unknown_category"
    """The right form, with a category that is not on the list."""
    RATE_LIMITED = "429"
    """Status 429 with Retry-After."""
    HANG = "hang"
    """No answer until it behaves again, or the caller gives up."""
    HALF = "half"
    """The beginning of an answer, then a closed connection."""


def photo_of(request: dict[str, Any]) -> str:
    """The sha256 of the photo's data URI in a chat request; empty where it has none: that asks the text model."""
    for message in request["messages"]:
        for part in message["content"] if isinstance(message["content"], list) else ():
            if part["type"] == "image_url":
                return hashlib.sha256(part["image_url"]["url"].encode()).hexdigest()
    return ""


def finding_of(photo: str) -> dict[str, Any]:
    """The finding of a photo, by its hash: always the same one, and sure enough for any usual threshold."""
    number = int(photo[:8], 16)
    item = sorted(KNOWN_ITEMS)[number % len(KNOWN_ITEMS)]
    found: dict[str, Any] = {
        "category": KNOWN_ITEMS[item].value,
        "item": item,
        "state": list(ItemState)[number % len(ItemState)].value,
        "confidence": 0.95,
        "alternatives": [],
    }
    return {"items": [found], "nothing": None, "better_photo": None}


def guidance_of(request: dict[str, Any]) -> dict[str, Any]:
    """Guidance that keeps to the rule: its own steps, in its own words."""
    rule = json.loads(request["messages"][1]["content"])["rule"]
    return {"steps": [{"rule_step": step["id"], "text": step["text"]} for step in rule["steps"]]}


def completion(text: str) -> dict[str, Any]:
    """An answer in OpenAI's form of chat completions that says ``text``."""
    message = {"role": "assistant", "content": text}
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050},
    }


def said(request: dict[str, Any], photo: str, misbehaviour: Misbehaviour | None) -> dict[str, Any]:
    """The whole answer to a chat request, good or as badly as a sound HTTP answer can be."""
    match misbehaviour:
        case Misbehaviour.NONSENSE:
            return completion("It looks like something to throw away.")
        case Misbehaviour.UNKNOWN_CATEGORY:
            finding = finding_of(photo)
            finding["items"][0]["category"] = "driftwood"
            return completion(json.dumps(finding))
        case _:
            return completion(json.dumps(finding_of(photo) if photo else guidance_of(request)))
