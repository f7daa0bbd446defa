"""Reads a region from its folder: ``region.json`` and any number of rule files beside it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from winnow_ai.rules.region import Region, WrittenRule
from winnow_ai.rules.schemas import fault_of
from winnow_contracts import json_codec
from winnow_contracts.errors import Misconfigured
from winnow_contracts.photo import Category, RuleSource

HEAD = "region.json"
_HINT = "docs/rules.md says how rules are written."


def read_region(folder: Path) -> Region:
    """The region in ``folder``. Raises Misconfigured naming the file, the place in it, and what is wrong there."""
    head = _read(folder / HEAD, "region")
    if head["id"] != folder.name:
        raise _bad(folder / HEAD, f"id is {head['id']!r}, but the folder is named {folder.name!r}")
    if head["default_language"] not in head["languages"]:
        raise _bad(folder / HEAD, f"default_language {head['default_language']!r} is not among its languages")
    _check_languages(folder / HEAD, "", head, head["languages"])
    sources = {name: json_codec.from_json(RuleSource, source) for name, source in head["sources"].items()}
    files = {path: _read(path, "rules") for path in rule_files(folder)}
    rules: list[WrittenRule] = []
    for path, content in files.items():
        for number, step_object in enumerate(content["rules"]):
            rule = _rule(path, f"rules[{number}]", step_object, head, sources)
            _check_new(path, f"rules[{number}]", rule, rules)
            rules.append(rule)
    general = next((rule for rule in rules if rule.item is None and rule.category is None), None)
    if general is None:
        raise _bad(folder, "no rule has general: true; a region needs one for what no other rule is about")
    return Region(
        id=head["id"],
        title=head["title"],
        languages=tuple(head["languages"]),
        default_language=head["default_language"],
        version=_version(folder, [head, *files.values()]),
        rules=tuple(rules),
        by_item={rule.item: rule for rule in rules if rule.item is not None},
        by_category={rule.category: rule for rule in rules if rule.category is not None},
        general=general,
    )


def rule_files(folder: Path) -> list[Path]:
    """The rule files of a region, ordered by name, without hidden files. Raises Misconfigured."""
    try:
        return sorted(path for path in folder.glob("*.json") if path.name != HEAD and not path.name.startswith("."))
    except OSError as error:
        raise _bad(folder, f"the folder cannot be read ({error.strerror})") from error


def _read(path: Path, schema: str) -> Any:
    try:
        # Editors on Windows begin files with a byte order mark.
        value = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise _bad(path, f"it cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _bad(path, f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _bad(path, f"line {error.lineno}, column {error.colno} is not JSON ({error.msg})") from error
    except RecursionError as error:
        raise _bad(path, "it is nested too deep") from error
    if fault := fault_of(value, schema):
        raise _bad(path, fault)
    return value


def _rule(
    path: Path, place: str, step_object: dict[str, Any], head: dict[str, Any], sources: dict[str, RuleSource]
) -> WrittenRule:
    if not step_object["id"].startswith(head["id"] + "."):
        raise _bad(path, f"{place}.id {step_object['id']!r} must begin with {head['id'] + '.'!r}")
    if step_object["source"] not in sources:
        raise _bad(path, f"{place}.source {step_object['source']!r} is not among the sources of {HEAD}")
    _check_languages(path, place, step_object, head["languages"])
    steps = tuple((step["id"], step["text"]) for step in step_object["steps"])
    if twice := _twice([step for step, _ in steps]):
        raise _bad(path, f"{place}.steps has the id {twice!r} twice")
    return WrittenRule(
        id=step_object["id"],
        item=step_object.get("item"),
        category=Category(step_object["category"]) if "category" in step_object else None,
        title=step_object["title"],
        bin=step_object["bin"],
        steps=steps,
        caution=step_object["caution"],
        source=sources[step_object["source"]],
    )


def _check_new(path: Path, place: str, rule: WrittenRule, others: list[WrittenRule]) -> None:
    for other in others:
        if other.id == rule.id:
            raise _bad(path, f"{place}.id {rule.id!r} is another rule's id too")
        if (other.item, other.category) == (rule.item, rule.category):
            target = rule.item or rule.category or "everything (general)"
            raise _bad(path, f"{place} is for {target}, as {other.id!r} is already")


def _check_languages(path: Path, place: str, value: dict[str, Any], languages: list[str]) -> None:
    for where, text in _texts(place, value):
        if missing := [language for language in languages if language not in text]:
            raise _bad(path, f"{where} has no text in {missing[0]!r}")


def _texts(place: str, value: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    prefix = f"{place}." if place else ""
    for name in ("title", "bin", "caution"):
        if name in value:
            yield prefix + name, value[name]
    for number, step in enumerate(value.get("steps", ())):
        yield f"{prefix}steps[{number}].text", step["text"]


def _twice(names: list[str]) -> str:
    return next((name for number, name in enumerate(names) if name in names[:number]), "")


def _version(folder: Path, contents: list[Any]) -> str:
    """A short hash of the files' content. It does not depend on their names and layout."""
    try:
        text = json.dumps(contents, ensure_ascii=False, sort_keys=True).encode()
    except UnicodeEncodeError as error:
        raise _bad(folder, "a text holds half a surrogate pair, which is no character") from error
    return hashlib.sha256(text).hexdigest()[:12]


def _bad(path: Path, what: str) -> Misconfigured:
    return Misconfigured(f"the disposal rules in {path} cannot be used: {what}", hint=_HINT)
