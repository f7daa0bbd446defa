"""From the network's numbers to a finding: what is said, what is not, and which photo would help."""

from typing import Any, cast

import numpy as np
import pytest

from winnow_contracts.json_codec import from_json
from winnow_contracts.photo import KNOWN_ITEMS, BetterPhoto, Category, FoundItem, ItemState, Nothing
from winnow_models.efficientnet import Network, Seen
from winnow_models.imagenet_items import _ITEMS
from winnow_models.pictures import Picture
from winnow_models.waste import WasteModel
from winnow_models.waste_head import CLASSES, WasteHead, packaged_head

WATER_BOTTLE, WINE_BOTTLE, CARTON = 898, 907, 478


class Fixed:
    """A network that sees these shares of the head's classes in everything, and this class of ImageNet."""

    def __init__(self, shares: dict[str, float], imagenet: int) -> None:
        self._shares = [shares.get(name, 1e-6) for name in CLASSES]
        self._imagenet = imagenet

    def look(self, pixels: object) -> Seen:
        logits = np.zeros(1000, np.float32)
        logits[self._imagenet] = 9
        return Seen(logits=logits, features=np.log(np.array(self._shares, np.float32)))


def said(
    shares: dict[str, float], imagenet: int = 1, *, brightness: float = 180, contrast: float = 40
) -> dict[str, Any]:
    head = WasteHead(weights=np.eye(len(CLASSES)), bias=np.zeros(len(CLASSES)), temperature=1)
    model = WasteModel(network=cast(Network, Fixed(shares, imagenet)), head=head, threshold=0.6)
    picture = Picture(pixels=np.zeros((3, 224, 224), np.float32), brightness=brightness, contrast=contrast)
    return model.classify(picture)


def test_an_item_has_a_category_an_unknown_state_and_the_second_best_as_alternative() -> None:
    finding = said({"plastic": 0.8, "glass": 0.2})
    item = from_json(FoundItem, finding["items"][0])
    assert (item.category, item.state, item.confidence) == (Category.PLASTIC, ItemState.UNKNOWN, 0.8)
    assert [(other.category, other.confidence) for other in item.alternatives] == [(Category.GLASS, 0.2)]
    assert finding["nothing"] is None
    assert finding["better_photo"] is None


def test_cardboard_and_paper_are_one_category_and_their_shares_add_up() -> None:
    item = said({"cardboard": 0.5, "paper": 0.3, "metal": 0.2})["items"][0]
    assert (item["category"], item["confidence"]) == ("paper", 0.8)


def test_an_unlikely_alternative_is_left_out() -> None:
    assert said({"metal": 0.99, "glass": 0.01})["items"][0]["alternatives"] == []


@pytest.mark.parametrize(
    ("shares", "imagenet", "item"),
    [
        ({"plastic": 0.9, "glass": 0.1}, WATER_BOTTLE, "pet_bottle"),
        ({"glass": 0.9, "plastic": 0.1}, WATER_BOTTLE, "glass_bottle"),
        ({"plastic": 0.9, "glass": 0.1}, WINE_BOTTLE, ""),
        ({"cardboard": 0.9, "paper": 0.1}, CARTON, "cardboard"),
        ({"cardboard": 0.1, "paper": 0.9}, CARTON, ""),
        ({"metal": 1.0}, WATER_BOTTLE, ""),
    ],
)
def test_an_item_is_named_only_where_head_and_network_agree(shares: dict[str, float], imagenet: int, item: str) -> None:
    assert said(shares, imagenet)["items"][0]["item"] == item


def test_every_item_that_can_be_named_is_known_and_belongs_to_its_category() -> None:
    from winnow_models.head_card import CATEGORY_OF

    for waste_class, items in _ITEMS.items():
        assert {KNOWN_ITEMS[item] for item in items.values()} == {CATEGORY_OF[waste_class]}


@pytest.mark.parametrize(
    ("shares", "brightness", "better"),
    [
        ({"plastic": 0.5, "glass": 0.5}, 180, BetterPhoto.LABEL),
        ({"plastic": 0.4, "glass": 0.3, "metal": 0.3}, 180, BetterPhoto.ONE_ITEM),
        ({"plastic": 0.4, "glass": 0.3, "metal": 0.3}, 20, BetterPhoto.BRIGHTER),
    ],
)
def test_below_the_threshold_it_says_which_photo_would_help(
    shares: dict[str, float], brightness: float, better: BetterPhoto
) -> None:
    assert said(shares, brightness=brightness)["better_photo"] == better


def test_a_blank_picture_shows_no_item_and_the_network_is_not_asked() -> None:
    model = WasteModel(network=cast(Network, None), head=packaged_head(), threshold=0.6)
    blank = Picture(pixels=np.zeros((3, 224, 224), np.float32), brightness=250, contrast=1)
    assert model.classify(blank) == {"items": [], "nothing": Nothing.NO_ITEM, "better_photo": None}
