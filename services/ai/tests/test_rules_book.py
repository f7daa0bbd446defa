"""The book finds rules, falls back as it says, and notices what changes in the operator's folder."""

import json
import logging
import os
import shutil
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from winnow_ai.rules.book import LOOK_SECONDS, RuleBook, packaged
from winnow_contracts.errors import NotFound
from winnow_contracts.photo import Category, RuleLevel


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def later(self) -> None:
        self.now += LOOK_SECONDS


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of an operator who has rules for Korea."""
    shutil.copytree(packaged() / "kr", tmp_path / "kr")
    return tmp_path


def rewrite(path: Path, old: str, new: str) -> None:
    """Puts a changed file in the place of ``path``, as an editor does."""
    text = path.read_text("utf-8")
    assert old in text
    whole = path.with_suffix(".tmp")
    whole.write_text(text.replace(old, new), "utf-8")
    whole.replace(path)


def title(book: RuleBook, region: str = "kr") -> str:
    return book.find(region, "pet_bottle", Category.PLASTIC, "en").title


def test_item_then_category_then_general(folder: Path) -> None:
    rules = json.loads((folder / "kr" / "glass.json").read_text("utf-8"))
    rules["rules"] = rules["rules"][:-1]
    (folder / "kr" / "glass.json").write_text(json.dumps(rules), "utf-8")
    book = RuleBook(folder)
    found = [
        book.find("kr", item, category, "en")
        for item, category in (
            ("pet_bottle", Category.PLASTIC),
            ("toy", Category.PLASTIC),
            ("", Category.PLASTIC),
            ("vase", Category.GLASS),
            ("moon", None),
        )
    ]
    assert [(rule.id, rule.level, rule.fallback) for rule in found] == [
        ("kr.pet_bottle", RuleLevel.ITEM, False),
        ("kr.category.plastic", RuleLevel.CATEGORY, True),
        ("kr.category.plastic", RuleLevel.CATEGORY, True),
        ("kr.general", RuleLevel.GENERAL, True),
        ("kr.general", RuleLevel.GENERAL, True),
    ]


def test_an_unknown_region_means_the_default_one_and_the_answer_says_so() -> None:
    assert RuleBook().find("atlantis", "battery", Category.GENERAL, "en").region == "kr"
    assert RuleBook(default_region="gb-eng").find("atlantis", "battery", Category.GENERAL, "en").region == "gb-eng"


def test_a_language_the_region_does_not_speak_means_its_default_one() -> None:
    book = RuleBook()
    assert book.find("kr", "battery", Category.GENERAL, "fr").language == "ko"
    assert book.find("gb-eng", "battery", Category.GENERAL, "fr").language == "en"
    assert book.rules("gb-eng", "").language == "en"


def test_all_rules_of_a_region_are_listed_and_an_unknown_region_has_none() -> None:
    book = RuleBook()
    chapter = book.rules("kr", "en")
    assert (chapter.region, chapter.language, len(chapter.rules)) == ("kr", "en", 22)
    assert {rule.version for rule in chapter.rules} == {chapter.version}
    assert book.rules("", "en") == chapter
    with pytest.raises(NotFound, match="atlantis"):
        book.rules("atlantis", "en")


def test_a_region_of_the_folder_replaces_the_packaged_one_whole(folder: Path) -> None:
    for name in ("plastic", "paper", "metal", "glass"):
        (folder / "kr" / f"{name}.json").unlink()
    book = RuleBook(folder)
    assert book.find("kr", "pet_bottle", Category.PLASTIC, "en").id == "kr.general"
    assert book.find("gb-eng", "pet_bottle", Category.PLASTIC, "en").id == "gb-eng.pet_bottle"


def test_a_changed_file_is_noticed_and_not_looked_for_all_the_time(folder: Path, clock: Clock) -> None:
    book = RuleBook(folder, clock=clock)
    before = book.rules("kr", "en").version
    rewrite(folder / "kr" / "plastic.json", "PET drink bottle", "Bottle of PET")
    assert title(book) == "PET drink bottle"
    clock.later()
    assert title(book) == "Bottle of PET"
    assert book.rules("kr", "en").version != before
    assert book.problems == ()


def test_a_file_changed_in_place_at_the_same_length_is_noticed(folder: Path, clock: Clock) -> None:
    path = folder / "kr" / "plastic.json"
    book = RuleBook(folder, clock=clock)
    path.write_text(path.read_text("utf-8").replace("PET drink bottle", "pet drink bottle"), "utf-8")
    os.utime(path, ns=(1, 1))
    clock.later()
    assert title(book) == "pet drink bottle"


def test_a_region_added_and_taken_away_is_noticed(folder: Path, clock: Clock) -> None:
    book = RuleBook(folder, clock=clock)
    shutil.copytree(packaged() / "gb-eng", folder / "xx")
    for path in (folder / "xx").glob("*.json"):
        rewrite(path, "gb-eng", "xx")
    clock.later()
    assert [region.id for region in book.regions("en")] == ["gb-eng", "kr", "xx"]
    assert title(book, "xx") == "PET drink bottle"
    shutil.rmtree(folder / "xx")
    clock.later()
    assert not book.has("xx")
    assert book.problems == ()


def test_a_rule_file_added_and_removed_is_noticed(folder: Path, clock: Clock) -> None:
    plastic = folder / "kr" / "plastic.json"
    book = RuleBook(folder, clock=clock)
    plastic.rename(folder / "plastic.json.away")
    clock.later()
    assert book.find("kr", "pet_bottle", Category.PLASTIC, "en").id == "kr.general"
    (folder / "plastic.json.away").rename(plastic)
    clock.later()
    assert title(book) == "PET drink bottle"


def test_taking_the_region_away_brings_the_packaged_one_back(folder: Path, clock: Clock) -> None:
    rewrite(folder / "kr" / "plastic.json", "PET drink bottle", "Bottle of PET")
    book = RuleBook(folder, clock=clock)
    assert title(book) == "Bottle of PET"
    shutil.rmtree(folder / "kr")
    clock.later()
    assert title(book) == "PET drink bottle"


def test_a_bad_file_keeps_the_old_rules_and_is_told_of_once_until_it_is_mended(
    folder: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    book = RuleBook(folder, clock=clock)
    path = folder / "kr" / "plastic.json"
    good = path.read_text("utf-8")
    path.write_text(good[:-20], "utf-8")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            clock.later()
            assert title(book) == "PET drink bottle"
    assert len(caplog.records) == 1
    assert "plastic.json" in caplog.text
    (problem,) = book.problems
    assert "is not JSON" in problem
    path.write_text(good.replace("PET drink bottle", "Bottle of PET"), "utf-8")
    clock.later()
    assert title(book) == "Bottle of PET"
    assert book.problems == ()


def test_a_new_region_that_is_bad_harms_no_other(folder: Path, clock: Clock) -> None:
    book = RuleBook(folder, clock=clock)
    (folder / "xx").mkdir()
    rewrite(folder / "kr" / "plastic.json", "PET drink bottle", "Bottle of PET")
    clock.later()
    assert title(book) == "Bottle of PET"
    assert not book.has("xx")
    assert len(book.problems) == 1


def test_a_folder_that_goes_away_for_a_while_changes_nothing(folder: Path, clock: Clock) -> None:
    rewrite(folder / "kr" / "plastic.json", "PET drink bottle", "Bottle of PET")
    book = RuleBook(folder, clock=clock)
    away = folder.with_name("away")
    folder.rename(away)
    clock.later()
    assert title(book) == "Bottle of PET"
    assert "cannot be read" in book.problems[0]
    away.rename(folder)
    clock.later()
    assert title(book) == "Bottle of PET"
    assert book.problems == ()


def test_the_default_region_stays_when_it_is_taken_away(folder: Path, clock: Clock) -> None:
    (folder / "kr").rename(folder / "xx")
    for path in (folder / "xx").glob("*.json"):
        text = path.read_text("utf-8")
        path.write_text(text.replace('"kr.', '"xx.').replace('"id": "kr"', '"id": "xx"'), "utf-8")
    book = RuleBook(folder, default_region="xx", clock=clock)
    shutil.rmtree(folder / "xx")
    clock.later()
    assert book.find("atlantis", "pet_bottle", None, "en").region == "xx"
    assert "default region 'xx' is gone" in book.problems[0]


def test_threads_always_get_whole_rules_while_the_folder_changes(folder: Path) -> None:
    clock = Clock()
    book = RuleBook(folder, clock=clock)
    seen: set[tuple[str, str]] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            clock.later()
            chapter = book.rules("kr", "en")
            seen.update((chapter.version, rule.title) for rule in chapter.rules if rule.id == "kr.pet_bottle")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    names = ["PET drink bottle", *(f"Bottle {number}" for number in range(5))]
    for old, new in pairwise(names):
        rewrite(folder / "kr" / "plastic.json", old, new)
    stop.set()
    for thread in threads:
        thread.join()
    clock.later()
    assert title(book) == "Bottle 4"
    assert len({version for version, _ in seen}) == len(seen)
