"""Filters of lists of media and photos, as their statements take them."""

from collections.abc import Sequence
from typing import Any

from winnow_index.words import normal

EVERY = ("status", "tag", "title", "created_after_ms", "created_before_ms")
MEDIA = (*EVERY, "kind", "language", "min_duration_ms", "max_duration_ms")
PHOTOS = (*EVERY, "category")
ANY = (*MEDIA, "category")


def parameters(names: Sequence[str], given: dict[str, Any]) -> dict[str, Any]:
    """The statement's parameters of these filters; what is not given filters nothing."""
    wanted = {name: given.get(name) for name in names if name != "title"}
    return {**wanted, "title_words": normal(given.get("title") or "").lower().split()}
