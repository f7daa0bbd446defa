"""A region with a fault is refused, and the fault names file, place and reason."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from winnow_ai.rules.book import RuleBook
from winnow_ai.rules.reading import read_region
from winnow_contracts.errors import Misconfigured

HEAD: dict[str, Any] = {
    "id": "xx",
    "title": {"en": "Somewhere", "ko": "어딘가"},
    "languages": ["en", "ko"],
    "default_language": "en",
    "date": "2026-11-21",
    "sources": {
        "page": {
            "title": "A page",
            "publisher": "A city",
            "url": "https://city.example/waste",
            "date": "2026-01",
            "checked": "2026-11-21",
        }
    },
}
BOTH = {"en": "Words.", "ko": "말."}


def rule(**of: Any) -> dict[str, Any]:
    name = of.get("item") or of.get("category") or "general"
    steps = [{"id": "empty", "text": BOTH}, {"id": "sort", "text": BOTH}]
    return {"id": f"xx.{name}", **of, "title": BOTH, "bin": BOTH, "steps": steps, "caution": BOTH, "source": "page"}


def write(root: Path, head: Any, rules: list[dict[str, Any]]) -> Path:
    folder = root / "xx"
    folder.mkdir(exist_ok=True)
    (folder / "region.json").write_text(json.dumps(head), "utf-8")
    (folder / "a.json").write_text(json.dumps({"rules": rules}), "utf-8")
    return folder


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    copied = copy.deepcopy(value)
    change(copied)
    return copied


def test_a_region_is_read_from_its_files(tmp_path: Path) -> None:
    folder = write(tmp_path, HEAD, [rule(item="tin"), rule(category="metal")])
    (folder / "b.json").write_bytes(b"\xef\xbb\xbf" + json.dumps({"rules": [rule(general=True)]}).encode())
    (folder / ".hidden.json").write_text("no rules", "utf-8")
    region = read_region(folder)
    assert [step_object.id for step_object in region.rules] == ["xx.tin", "xx.metal", "xx.general"]
    assert region.find("tin", None, "ko").source.url == "https://city.example/waste"


def test_the_version_follows_the_words_and_nothing_else(tmp_path: Path) -> None:
    folder = write(tmp_path, HEAD, [rule(general=True)])
    before = read_region(folder).version
    path = folder / "a.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")), indent=3), "utf-8")
    assert read_region(folder).version == before
    path.write_text(path.read_text("utf-8").replace("Words.", "Words!"), "utf-8")
    assert read_region(folder).version != before


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda rules: rules[0].update(source="other"), r"a\.json.*rules\[0\]\.source 'other' is not among"),
        (lambda rules: rules[0].update(id="kr.tin"), r"a\.json.*rules\[0\]\.id 'kr.tin' must begin with 'xx\.'"),
        (lambda rules: rules[0].update(bin={"en": "x"}), r"a\.json.*rules\[0\]\.bin has no text in 'ko'"),
        (lambda rules: rules[0]["steps"].append({"id": "dry", "text": {"ko": "x"}}), r"steps\[2\]\.text has no .*'en'"),
        (lambda rules: rules[0]["steps"].append({"id": "sort", "text": BOTH}), r"rules\[0\]\.steps .* 'sort' twice"),
        (lambda rules: rules[0].update(steps=[]), r"a\.json.*rules\[0\]\.steps"),
        (lambda rules: rules[0].update(caution={"en": " ", "ko": "x"}), r"a\.json.*rules\[0\]\.caution"),
        (lambda rules: rules[0].pop("caution"), r"a\.json.*rules\[0\].*caution"),
        (lambda rules: rules[0].update(colour="blue"), r"a\.json.*rules\[0\].*colour"),
        (lambda rules: rules[0].update(category="metal"), r"rules\[0\] must have exactly one of item, category and"),
        (lambda rules: rules[0].pop("item"), r"rules\[0\] must have exactly one of item, category and general"),
        (lambda rules: rules[0].update(item="tin\n"), r"rules\[0\]\.item must match"),
        (lambda rules: rules[1].update(category="wood"), r"a\.json.*rules\[1\]\.category"),
        (lambda rules: rules[2].update(general=False), r"a\.json.*rules\[2\]\.general"),
        (lambda rules: rules.append(rule(item="tin")), r"rules\[3\]\.id 'xx\.tin' is another rule's"),
        (lambda rules: rules.append(rule(item="tin") | {"id": "xx.t"}), r"rules\[3\] is for tin, as 'xx\.tin' is"),
        (lambda rules: rules.append(rule(general=True) | {"id": "xx.g"}), r"rules\[3\] is for everything"),
        (lambda rules: rules.pop(2), r"no rule has general: true"),
        (lambda rules: rules[0].update(bin={"en": "\ud800", "ko": "x"}), "half a surrogate pair"),
    ],
)
def test_a_fault_in_a_rule_is_named(tmp_path: Path, change: Callable[[Any], Any], fault: str) -> None:
    rules = changed([rule(item="tin"), rule(category="metal"), rule(general=True)], change)
    with pytest.raises(Misconfigured, match=fault):
        RuleBook(write(tmp_path, HEAD, rules).parent)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda head: head.update(id="yy"), r"region\.json.*id is 'yy', but the folder is named 'xx'"),
        (lambda head: head.update(default_language="fr"), r"region\.json.*default_language 'fr'"),
        (lambda head: head.update(title={"en": "x"}), r"region\.json.*title has no text in 'ko'"),
        (lambda head: head["sources"]["page"].update(url="city.example"), r"region\.json.*sources.*url"),
        (lambda head: head["sources"]["page"].update(checked=""), r"region\.json.*sources.*checked"),
        (lambda head: head["sources"]["page"].update(date="lately"), r"region\.json.*sources.*date"),
        (lambda head: head.update(languages=[]), r"region\.json.*languages"),
    ],
)
def test_a_fault_in_the_region_s_head_is_named(tmp_path: Path, change: Callable[[Any], Any], fault: str) -> None:
    with pytest.raises(Misconfigured, match=fault):
        RuleBook(write(tmp_path, changed(HEAD, change), [rule(general=True)]).parent)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{"rules": [', r"a\.json.*line 1, column 12 is not JSON"),
        (b'{"rules": "\xff"}', r"a\.json.*byte 11 is not UTF-8"),
        (b"[" * 100_000, r"a\.json.*(nested too deep|is not JSON)"),
        (b"[]", r"a\.json.*the file must be object"),
    ],
)
def test_what_is_no_rule_file_is_named(tmp_path: Path, content: bytes, fault: str) -> None:
    folder = write(tmp_path, HEAD, [])
    (folder / "a.json").write_bytes(content)
    with pytest.raises(Misconfigured, match=fault):
        RuleBook(tmp_path)


def test_a_folder_without_a_head_or_no_folder_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="nowhere cannot be read"):
        RuleBook(tmp_path / "nowhere")
    (tmp_path / "xx").mkdir()
    with pytest.raises(Misconfigured, match=r"region\.json cannot be used: it cannot be read"):
        RuleBook(tmp_path)


def test_a_default_region_without_rules_is_refused() -> None:
    with pytest.raises(Misconfigured, match="default region 'atlantis'") as caught:
        RuleBook(default_region="atlantis")
    assert "gb-eng, kr" in caught.value.hint
