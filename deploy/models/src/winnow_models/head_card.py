"""Metadata of the shipped waste head: its model's id, its threshold, its provenance. Plain JSON."""

import json
from functools import cache
from importlib import resources
from typing import Any

from winnow_contracts.photo import Category

MODEL_ID = "winnow-waste-1"
"""Identifies the network and the head together. Another head needs another id, so that its answers are cached apart."""

CATEGORY_OF = {
    "cardboard": Category.PAPER,
    "glass": Category.GLASS,
    "metal": Category.METAL,
    "paper": Category.PAPER,
    "plastic": Category.PLASTIC,
    "trash": Category.GENERAL,
}
"""The head's classes, in the order of its rows, and their disposal categories."""


@cache
def head_card() -> dict[str, Any]:
    """Returns the head's file: weights, temperature, threshold, seed, provenance and the figures measured with it."""
    text = (resources.files(__package__) / "waste-head-1.json").read_text(encoding="utf-8")
    card: dict[str, Any] = json.loads(text)
    return card


def threshold() -> float:
    """The confidence from which on 95 of 100 answers on the validation photos were right."""
    return float(head_card()["threshold"])
