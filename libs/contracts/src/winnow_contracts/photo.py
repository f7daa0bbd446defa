"""Findings and advice about a waste photo: objects in the store that ai writes and index reads."""

from dataclasses import dataclass
from enum import StrEnum

GUIDANCE_LANGUAGES = ("en", "ko")
"""Languages (ISO 639-1) of disposal guidance; the first is the default if the caller accepts neither."""


class Category(StrEnum):
    """The closed list of categories."""

    PLASTIC = "plastic"
    PAPER = "paper"
    METAL = "metal"
    GLASS = "glass"
    GENERAL = "general"


class ItemState(StrEnum):
    """The closed list of states."""

    CLEAN = "clean"
    DIRTY = "dirty"
    MIXED = "mixed"
    UNKNOWN = "unknown"


KNOWN_ITEMS: dict[str, Category] = {
    "pet_bottle": Category.PLASTIC,
    "plastic_bag": Category.PLASTIC,
    "plastic_container": Category.PLASTIC,
    "styrofoam": Category.PLASTIC,
    "cardboard": Category.PAPER,
    "paper": Category.PAPER,
    "paper_cup": Category.PAPER,
    "milk_carton": Category.PAPER,
    "aluminum_can": Category.METAL,
    "steel_can": Category.METAL,
    "glass_bottle": Category.GLASS,
    "glass_jar": Category.GLASS,
    "food_waste": Category.GENERAL,
    "battery": Category.GENERAL,
    "electronics": Category.GENERAL,
    "textile": Category.GENERAL,
}
"""Items with a rule of their own, by category. Any other item gets its category's rule."""


class BetterPhoto(StrEnum):
    """Which photo would help when the present one shows too little."""

    LABEL = "label"
    CLOSER = "closer"
    ONE_ITEM = "one_item"
    BRIGHTER = "brighter"
    OTHER_SIDE = "other_side"


class Nothing(StrEnum):
    """Why a photo shows no item to be thrown away."""

    NO_ITEM = "no_item"
    UNCLEAR = "unclear"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Guess:
    """An alternative for an item."""

    category: Category
    item: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class FoundItem:
    """One item on the photo. ``confidence`` is 0..1; ``item`` is an id such as ``pet_bottle``, empty if unknown."""

    category: Category
    item: str
    state: ItemState
    confidence: float
    alternatives: tuple[Guess, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The vision model's answer about a photo, checked against the closed lists.

    ``abstained``: no item reached the model's ``threshold``, so none is claimed; ``items`` are then its best guesses.
    """

    items: tuple[FoundItem, ...]
    abstained: bool
    model: str
    prompt: str
    """Name of the prompt file and its version, such as ``classify-1``."""
    threshold: float
    nothing: Nothing | None = None
    better_photo: BetterPhoto | None = None
    cached: bool = False
    """The model was not called: the cache has its answer for this very picture."""


@dataclass(frozen=True, kw_only=True)
class RuleSource:
    """Where a rule comes from. ``date`` is the source's own (ISO 8601), empty if it has none.

    ``checked`` is the day on which the source was read.
    """

    title: str
    publisher: str
    url: str
    date: str
    checked: str


class RuleLevel(StrEnum):
    """How specific the rule for an item is: the item's own, its category's, or the general one."""

    ITEM = "item"
    CATEGORY = "category"
    GENERAL = "general"


@dataclass(frozen=True, kw_only=True)
class RuleStep:
    """One step of a rule in one language. Guidance refers to it by ``id``."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The disposal rule for an item, in one language."""

    id: str
    region: str
    level: RuleLevel
    fallback: bool
    """The item has no rule of its own here, so this is a wider one."""
    version: str
    language: str
    title: str
    bin: str
    """Where it goes, in a few words."""
    steps: tuple[RuleStep, ...]
    caution: str
    source: RuleSource


@dataclass(frozen=True, kw_only=True)
class GuidanceStep:
    """One friendly step. ``rule_step`` is the id of the rule's step that it rephrases."""

    rule_step: str
    text: str


class GuidedBy(StrEnum):
    """Who wrote the steps."""

    MODEL = "model"
    RULE = "rule"
    """The rule's own text: there is no text model, or its text did not follow the rule."""


@dataclass(frozen=True, kw_only=True)
class Advice:
    """How to throw one item away. ``item`` is the item's index in the finding."""

    item: int
    rule: Rule
    steps: tuple[GuidanceStep, ...]
    guided_by: GuidedBy
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class PhotoAnswer:
    """Everything that is served about a photo. If the finding abstained, there is no advice."""

    finding: Finding
    advice: tuple[Advice, ...]
    language: str
    region: str
    warnings: tuple[str, ...] = ()
