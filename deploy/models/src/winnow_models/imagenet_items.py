"""Names the item on a photo if ImageNet's class and the head's class agree. Coarse, and often without a result.

ImageNet has neither cans nor jars, so metal never gets a name.
"""

import numpy as np

from winnow_models.efficientnet import Numbers

_BEST = 3
"""How many of the network's most likely classes are considered."""

_WINE_BOTTLE, _BEER_BOTTLE, _SODA_BOTTLE, _WATER_BOTTLE = 907, 440, 737, 898
_CARTON, _CRATE = 478, 519
_ENVELOPE, _PACKET, _MENU, _COMIC, _CROSSWORD, _DUST_JACKET = 549, 692, 922, 917, 918, 921
_PLASTIC_BAG = 728

_ITEMS: dict[str, dict[int, str]] = {
    "plastic": {_WATER_BOTTLE: "pet_bottle", _SODA_BOTTLE: "pet_bottle", _PLASTIC_BAG: "plastic_bag"},
    "glass": dict.fromkeys((_WINE_BOTTLE, _BEER_BOTTLE, _SODA_BOTTLE, _WATER_BOTTLE), "glass_bottle"),
    "cardboard": dict.fromkeys((_CARTON, _CRATE), "cardboard"),
    "paper": dict.fromkeys((_ENVELOPE, _PACKET, _MENU, _COMIC, _CROSSWORD, _DUST_JACKET), "paper"),
}
"""By the head's class: indices of ImageNet-1k classes, and the item that both together mean."""


def named_item(waste_class: str, logits: Numbers) -> str:
    """Returns the id of a known item, or empty if head and network do not agree on one."""
    items = _ITEMS.get(waste_class, {})
    best = np.argsort(logits)[::-1][:_BEST]
    return next((items[place] for place in best.tolist() if place in items), "")
