"""Which thing a photo shows, where the network's own idea of it agrees with the head's class. Coarse, and often silent.

ImageNet has neither cans nor jars, so of metal nothing is ever named.
"""

import numpy as np

from winnow_models.efficientnet import Numbers

_BEST = 3
"""So many of the network's likeliest classes are looked at."""

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
"""By the head's class: places among the 1,000 classes of ImageNet-1k, and the item that both together mean."""


def named_item(waste_class: str, logits: Numbers) -> str:
    """The id of a known item, or empty where head and network do not agree on one."""
    items = _ITEMS.get(waste_class, {})
    best = np.argsort(logits)[::-1][:_BEST]
    return next((items[place] for place in best.tolist() if place in items), "")
