"""The packaged regions: complete, in both languages, with their sources; and the page that explains them."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from winnow_ai.rules.book import RuleBook, packaged
from winnow_ai.rules.guidance import steps_of
from winnow_ai.rules.reading import read_region
from winnow_ai.rules.schemas import fault_of
from winnow_contracts.photo import KNOWN_ITEMS, Category, GuidanceStep, RuleLevel

REGIONS = ("gb-eng", "kr")
DOCS = Path(__file__).parents[3] / "docs" / "rules.md"


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return RuleBook()


def test_two_regions_come_with_the_service(book: RuleBook) -> None:
    assert tuple(region.id for region in book.regions("en")) == REGIONS
    assert [region.title for region in book.regions("ko")] == ["잉글랜드(영국)", "대한민국"]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("item", KNOWN_ITEMS)
def test_every_known_item_has_a_rule_of_its_own_or_its_category_s(book: RuleBook, region: str, item: str) -> None:
    found = book.find(region, item, KNOWN_ITEMS[item], "en")
    assert found.region == region
    if found.level is RuleLevel.ITEM:
        assert (found.id, found.fallback) == (f"{region}.{item}", False)
    else:
        assert (found.id, found.fallback) == (f"{region}.category.{KNOWN_ITEMS[item]}", True)


def test_korea_has_a_rule_of_its_own_for_every_known_item(book: RuleBook) -> None:
    assert {book.find("kr", item, None, "ko").level for item in KNOWN_ITEMS} == {RuleLevel.ITEM}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_rule(book: RuleBook, region: str, category: Category) -> None:
    found = book.find(region, "", category, "ko")
    assert (found.level, found.fallback) == (RuleLevel.CATEGORY, True)


@pytest.mark.parametrize("region", REGIONS)
def test_every_text_stands_in_both_languages(region: str) -> None:
    for rule in read_region(packaged() / region).rules:
        for text in (rule.title, rule.bin, rule.caution, *(text for _, text in rule.steps)):
            assert set(text) == {"en", "ko"}, rule.id
            assert re.search("[가-힣]", text["ko"]), rule.id
            assert not re.search("[가-힣]", text["en"]), rule.id


@pytest.mark.parametrize("region", REGIONS)
def test_every_rule_has_a_source_with_its_address_and_dates(region: str) -> None:
    for rule in read_region(packaged() / region).rules:
        assert rule.source.url.startswith(("https://", "http://")), rule.id
        assert rule.source.title, rule.id
        assert rule.source.publisher, rule.id
        checked = date.fromisoformat(rule.source.checked)
        # Some municipal pages name no date of their own; docs/rules.md says so.
        published = (rule.source.date + "-01-01")[:10] if len(rule.source.date) == 4 else rule.source.date
        assert not published or date.fromisoformat((published + "-01")[:10]) <= checked, rule.id


@pytest.mark.parametrize("region", REGIONS)
def test_rules_for_what_can_be_dirty_say_what_to_do_then(book: RuleBook, region: str) -> None:
    cleaned = [rule for rule in book.rules(region, "en").rules if any(step.id == "rinse" for step in rule.steps)]
    ways_out = {"if_dirty", "if_broken", "sort"}
    assert len(cleaned) > 8
    assert all(ways_out & {step.id for step in rule.steps} for rule in cleaned)


def test_the_schema_knows_the_categories_of_the_contracts() -> None:
    schema = json.loads((packaged().parent / "schema" / "rules.schema.json").read_text("utf-8"))
    assert schema["definitions"]["rule"]["properties"]["category"]["enum"] == [*Category]


def test_guidance_by_the_rule_is_its_steps_in_order(book: RuleBook) -> None:
    rule = book.find("kr", "aluminum_can", Category.METAL, "en")
    assert [step.rule_step for step in steps_of(rule)] == ["empty", "rinse", "crush", "if_dirty"]
    assert steps_of(rule)[0] == GuidanceStep(rule_step="empty", text="Empty the can.")


def test_the_examples_of_the_page_are_a_region(tmp_path: Path) -> None:
    examples = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)]
    head, rules = examples
    assert (fault_of(head, "region"), fault_of(rules, "rules")) == ("", "")
    (tmp_path / "kr").mkdir()
    (tmp_path / "kr" / "region.json").write_text(json.dumps(head), "utf-8")
    (tmp_path / "kr" / "plastic.json").write_text(json.dumps(rules), "utf-8")
    assert RuleBook(tmp_path).find("kr", "pet_bottle", Category.PLASTIC, "en").bin == "The box for clear PET"
