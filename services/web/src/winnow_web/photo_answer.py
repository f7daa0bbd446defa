"""Puts a photo's answer into words for a page, in the answer's own language."""

from dataclasses import dataclass
from typing import Any

from winnow_contracts.photo import KNOWN_ITEMS, Category, GuidedBy, RuleLevel
from winnow_photos.words import PhotoWords, words
from winnow_web.photo_texts import AnswerTexts, texts


@dataclass(frozen=True, kw_only=True)
class ShownItem:
    """One item with its advice; fields without content are empty."""

    name: str
    category: str
    category_name: str
    certainty: str
    state: str
    bin: str
    steps: tuple[str, ...]
    caution: str
    fallback: str
    guided: str
    source: dict[str, Any] | None
    alternatives: str


@dataclass(frozen=True, kw_only=True)
class ShownAnswer:
    """An answer in words. ``unsure`` replaces ``items`` if no item is claimed; ``better`` suggests a better photo."""

    language: str
    say: AnswerTexts
    verdict: str
    unsure: bool
    better: str
    items: tuple[ShownItem, ...]
    categories: dict[str, str]
    known_items: dict[str, dict[str, str]]
    """Items by category, for corrections: id to name."""
    corrections: tuple[str, ...]


def shown_answer(photo: dict[str, Any]) -> ShownAnswer:
    """Returns the answer in words for a ready photo from the API's view."""
    found = photo["classification"]
    named, say = words(found["language"]), texts(found["language"])
    unsure = found["abstained"] or found["nothing"] is not None or not found["items"]
    items = () if unsure else tuple(_item(item, named, say) for item in found["items"])
    return ShownAnswer(
        language=found["language"],
        say=say,
        verdict=_doubt(found, named, say) if unsure else ", ".join(item.name for item in items),
        unsure=unsure,
        better=found["better_photo"]["text"] if found["better_photo"] else "",
        items=items,
        categories=named.categories,
        known_items={
            category.value: {
                item: named.item(item, category) for item, belongs in KNOWN_ITEMS.items() if belongs is category
            }
            for category in Category
        },
        corrections=tuple(_correction(each, named) for each in photo["feedback"]),
    )


def label(photo: dict[str, Any]) -> str:
    """Returns a ready photo's label of a word or two, for lists."""
    return shown_answer(photo).verdict


def _item(item: dict[str, Any], named: PhotoWords, say: AnswerTexts) -> ShownItem:
    rule, guidance = item["rule"], item["guidance"]
    return ShownItem(
        name=named.item(item["item"], item["category"]),
        category=item["category"],
        category_name=named.categories[item["category"]],
        certainty=named.certain(item["confidence"]),
        state=named.states.get(item["state"], ""),
        bin=rule["bin"] if rule else "",
        steps=tuple(step["text"] for step in guidance["steps"]) if guidance else (),
        caution=rule["caution"] if rule else "",
        fallback=_fallback(rule, say),
        guided=_guided(guidance, say),
        source=_source(rule, say),
        alternatives=", ".join(_names(item["alternatives"], named)),
    )


def _doubt(found: dict[str, Any], named: PhotoWords, say: AnswerTexts) -> str:
    """Returns why no item is claimed: nothing was seen, or two categories are possible."""
    if found["nothing"]:
        return str(found["nothing"]["text"])
    leaned = [guess for item in found["items"] for guess in (item, *item["alternatives"])]
    names = _names(sorted(leaned, key=lambda guess: guess["confidence"], reverse=True), named)[:2]
    if len(names) == 2:
        return say.not_sure.format(say.between.format(*names))
    return say.not_sure.format(f"{names[0]}?" if names else say.no_guess)


def _names(guesses: list[dict[str, Any]], named: PhotoWords) -> list[str]:
    """Returns the names of the guesses, each once."""
    return list(dict.fromkeys(named.item(guess["item"], guess["category"]) for guess in guesses))


def _fallback(rule: dict[str, Any] | None, say: AnswerTexts) -> str:
    if rule is None or not rule["fallback"]:
        return ""
    return say.category_fallback if rule["level"] == RuleLevel.CATEGORY else say.general_fallback


def _guided(guidance: dict[str, Any] | None, say: AnswerTexts) -> str:
    if guidance is None:
        return ""
    return say.by_model if guidance["guided_by"] == GuidedBy.MODEL else say.by_rule


def _source(rule: dict[str, Any] | None, say: AnswerTexts) -> dict[str, Any] | None:
    """Returns the rule's source with its dates in words; only a web address becomes a link."""
    if rule is None:
        return None
    source = rule["source"]
    address = source["url"] if source["url"].startswith(("https://", "http://")) else ""
    dates = [
        form.format(source[name]) for form, name in ((say.dated, "date"), (say.read_on, "checked")) if source[name]
    ]
    return {"title": source["title"], "publisher": source["publisher"], "address": address, "dates": ", ".join(dates)}


def _correction(feedback: dict[str, Any], named: PhotoWords) -> str:
    said = [named.categories.get(feedback["correct_category"], feedback["correct_category"])]
    if feedback.get("correct_item"):
        said.append(named.item(feedback["correct_item"], feedback["correct_category"]))
    if feedback.get("note"):
        said.append(feedback["note"])
    return " – ".join(dict.fromkeys(said))
