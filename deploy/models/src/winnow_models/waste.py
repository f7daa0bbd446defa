"""Classifies the waste on a photo from the network's features and the head's calibrated probabilities.

It cannot know the state of a thing (clean, dirty) or a second thing on the photo, and never guesses them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from winnow_contracts.photo import BetterPhoto, ItemState, Nothing
from winnow_models.efficientnet import Network
from winnow_models.imagenet_items import named_item
from winnow_models.pictures import Picture
from winnow_models.waste_head import CATEGORIES, CLASSES, Table, WasteHead, by_category, category_place

_BLANK_CONTRAST = 4.0
"""The plainest of the 1,752 training photos, white paper on a white board, has 7.5."""
_DARK_BRIGHTNESS = 50.0
"""The darkest of them has 78."""
_BETWEEN_TWO = 0.85
"""If two categories together have this much probability, a detail that distinguishes them would help."""
_LEAST_ALTERNATIVE = 0.05


@dataclass(frozen=True, kw_only=True)
class WasteModel:
    """The network and the head. Below ``threshold`` it asks for a better photo."""

    network: Network
    head: WasteHead
    threshold: float

    def classify(self, picture: Picture) -> dict[str, Any]:
        """Returns the finding in the service's form: ``items`` (one or none), ``nothing``, ``better_photo``.

        Raises whatever loading the network raises.
        """
        if picture.contrast < _BLANK_CONTRAST:
            return {"items": [], "nothing": Nothing.NO_ITEM.value, "better_photo": None}
        seen = self.network.look(picture.pixels)
        classes = self.head.probabilities(seen.features[None])
        shares = by_category(classes)[0]
        order = np.argsort(shares)[::-1]
        best, second = int(order[0]), int(order[1])
        waste_class = _likeliest_class(classes[0], best)
        item = {
            **_guess(best, shares),
            "item": named_item(waste_class, seen.logits),
            "state": ItemState.UNKNOWN.value,
            "alternatives": [_guess(second, shares)] if shares[second] >= _LEAST_ALTERNATIVE else [],
        }
        return {"items": [item], "nothing": None, "better_photo": self._better_photo(picture, shares[order])}

    def _better_photo(self, picture: Picture, falling: Table) -> str | None:
        """Returns which photo would help if no answer is good enough; ``falling``: probabilities, greatest first."""
        if falling[0] >= self.threshold:
            return None
        if picture.brightness < _DARK_BRIGHTNESS:
            return BetterPhoto.BRIGHTER.value
        between_two = falling[0] + falling[1] >= _BETWEEN_TWO
        return (BetterPhoto.LABEL if between_two else BetterPhoto.ONE_ITEM).value


def _likeliest_class(classes: Table, category: int) -> str:
    return max(
        (name for name in CLASSES if category_place(name) == category), key=lambda name: classes[CLASSES.index(name)]
    )


def _guess(category: int, shares: Table) -> dict[str, Any]:
    return {"category": CATEGORIES[category].value, "item": "", "confidence": round(float(shares[category]), 4)}
