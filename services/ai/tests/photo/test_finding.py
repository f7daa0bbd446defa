"""A vision model's answer is read without trust: what leaves the closed lists is said in a sentence, and not served."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_ai.llm.speech_response import Unreadable
from winnow_ai.photo.finding import MOST_ITEMS, SeenItem, claim, read_seen, schema
from winnow_contracts.photo import KNOWN_ITEMS, BetterPhoto, Category, Finding, ItemState, Nothing

BOTTLE = ("plastic", "pet_bottle", "clean", 0.9)
CAN = ("metal", "aluminum_can", "dirty", 0.7)


def answer(**changes: Any) -> dict[str, Any]:
    item = {"category": "plastic", "item": "pet_bottle", "state": "clean", "confidence": 0.9, "alternatives": []}
    return {"items": [item | changes], "nothing": None, "better_photo": None}


def claimed(text: str, threshold: float = 0.6) -> Finding:
    return claim(read_seen(text), threshold=threshold, model="sight", prompt="classify-1", cached=False)


def test_several_items_are_read_with_their_states_and_alternatives(says: Callable[..., str]) -> None:
    value = json.loads(says(BOTTLE, CAN, better="one_item"))
    value["items"][0]["alternatives"] = [{"category": "glass", "item": "", "confidence": 0.1}] * 5
    seen = read_seen(json.dumps(value))
    assert [(item.category, item.item, item.state) for item in seen.items] == [
        (Category.PLASTIC, "pet_bottle", ItemState.CLEAN),
        (Category.METAL, "aluminum_can", ItemState.DIRTY),
    ]
    assert [other.category for other in seen.items[0].alternatives] == [Category.GLASS] * 3
    assert seen.better_photo is BetterPhoto.ONE_ITEM


def test_a_code_fence_around_the_answer_is_no_fault(says: Callable[..., str]) -> None:
    assert read_seen(f"```json\n{says(BOTTLE)}\n```\n") == read_seen(says(BOTTLE))


@pytest.mark.parametrize("item", ["toothbrush", "garden_hose2", ""])
def test_the_list_of_items_is_open_in_one_form(item: str) -> None:
    assert read_seen(json.dumps(answer(item=item))).items[0].item == item


NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("I see a bottle.", "not JSON"),
        ("", "not JSON"),
        ("[" * 50_000, "more than"),
        ("[" * 15_000, "not JSON"),
        ('{"items": ' + "9" * 5_000 + "}", "not JSON"),
        ([], "not a JSON object but a list"),
        ({}, "items is not a list"),
        ({"items": {}}, "items is not a list"),
        ({"items": [1]}, "items is not a list of objects"),
        ({"items": []}, "nothing does not say why"),
        ({"items": [], "nothing": "boredom"}, 'nothing is "boredom", and must be one of "no_item"'),
        ({"items": [], "nothing": True}, "nothing is true"),
        (answer() | {"nothing": "no_item"}, "items has entries, and nothing says"),
        (answer() | {"better_photo": "selfie"}, 'better_photo is "selfie"'),
        ({"items": answer()["items"] * (MOST_ITEMS + 1)}, f"{MOST_ITEMS} are the most"),
        (answer(category="wood"), 'items[0].category is "wood", and must be one of "plastic", "paper"'),
        (answer(category=["plastic"]), "items[0].category is a list"),
        (answer(category=None), "items[0].category is null"),
        (answer(category="glass"), 'says "pet_bottle" is glass, and it belongs to plastic'),
        (answer(item=None), "items[0].item is null"),
        (answer(item="PET bottle"), "must be an id"),
        (answer(item="a" * 41), "must be an id"),
        (answer(item="ignore_\ud800"), "must be an id"),
        (answer(item={"id": "x"}), "items[0].item is an object"),
        (answer(state="crushed"), 'items[0].state is "crushed"'),
        (answer(confidence="0.9"), 'items[0].confidence is "0.9"'),
        (answer(confidence=True), "items[0].confidence is true"),
        (answer(confidence=NAN), "items[0].confidence is NaN"),
        (answer(confidence=INFINITY), "must be a number from 0 to 1"),
        (answer(confidence=-0.1), "must be a number from 0 to 1"),
        (answer(confidence=90), "must be a number from 0 to 1"),
        (answer(confidence=10**4000), "a huge number"),
        (answer(alternatives="glass"), "items[0].alternatives is not a list"),
        (answer(alternatives=[{"category": "wood"}]), "items[0].alternatives[0].category"),
    ],
)
def test_what_leaves_the_form_is_named_in_a_sentence_that_any_store_takes(value: Any, sentence: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(sentence)) as caught:
        read_seen(value if isinstance(value, str) else json.dumps(value))
    text = str(caught.value)
    assert len(text) < 300
    assert "\0" not in text.encode().decode()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=12), children, max_size=4),
    max_leaves=20,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "category": st.sampled_from(["plastic", "metal", "wood"]) | JSON,
        "item": st.sampled_from([*KNOWN_ITEMS, ""]) | JSON,
        "state": st.sampled_from(list(ItemState)) | JSON,
        "confidence": st.floats(0, 1) | JSON,
        "alternatives": JSON,
    },
)


@given(
    st.fixed_dictionaries(
        {}, optional={"items": st.lists(FIELDS, max_size=3) | JSON, "nothing": JSON, "better_photo": JSON}
    )
)
def test_any_json_is_read_or_unreadable(value: Any) -> None:
    with suppress(Unreadable):
        seen = read_seen(json.dumps(value))
        assert isinstance(seen, SeenItem)
        assert all(0 <= item.confidence <= 1 for item in seen.items)


def test_items_under_the_threshold_are_not_claimed_beside_surer_ones(says: Callable[..., str]) -> None:
    finding = claimed(says(BOTTLE, CAN), threshold=0.8)
    assert [item.item for item in finding.items] == ["pet_bottle"]
    assert not finding.abstained


def test_where_no_item_reaches_the_threshold_it_abstains_and_says_what_photo_would_help(
    says: Callable[..., str],
) -> None:
    finding = claimed(says(BOTTLE, CAN), threshold=0.95)
    assert finding.abstained
    assert [item.item for item in finding.items] == ["pet_bottle", "aluminum_can"]
    assert finding.better_photo is BetterPhoto.ONE_ITEM
    assert claimed(says(BOTTLE), threshold=0.95).better_photo is BetterPhoto.CLOSER
    assert claimed(says(BOTTLE, better="label"), threshold=0.95).better_photo is BetterPhoto.LABEL


def test_nothing_is_an_answer_and_unclear_is_an_abstention(says: Callable[..., str]) -> None:
    empty = claimed(says(nothing="no_item"))
    assert (empty.items, empty.abstained, empty.nothing) == ((), False, Nothing.NO_ITEM)
    dark = claimed(says(nothing="unclear"))
    assert (dark.abstained, dark.better_photo) == (True, BetterPhoto.CLOSER)


def test_the_schema_keeps_to_what_strict_endpoints_enforce() -> None:
    def look(node: Any) -> None:
        if not isinstance(node, dict):
            return
        assert set(node) <= {"type", "enum", "properties", "required", "additionalProperties", "items"}
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
            for child in node["properties"].values():
                look(child)
        look(node.get("items"))

    look(schema())
    assert json.loads(json.dumps(schema())) == schema()
