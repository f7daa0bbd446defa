"""A region and its rules, in every language they are written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from winnow_contracts.photo import Category, Rule, RuleLevel, RuleSource, RuleStep

Text = Mapping[str, str]
"""One text by language."""


@dataclass(frozen=True, kw_only=True)
class WrittenRule:
    """A rule as it stands in its file: for one item, for one category, or for everything (neither)."""

    id: str
    item: str | None
    category: Category | None
    title: Text
    bin: Text
    steps: tuple[tuple[str, Text], ...]
    caution: Text
    source: RuleSource

    @property
    def level(self) -> RuleLevel:
        """What the rule is for."""
        if self.item is not None:
            return RuleLevel.ITEM
        return RuleLevel.GENERAL if self.category is None else RuleLevel.CATEGORY


@dataclass(frozen=True, kw_only=True)
class Region:
    """The rules of one place. ``version`` changes with every word of them."""

    id: str
    title: Text
    languages: tuple[str, ...]
    default_language: str
    version: str
    rules: tuple[WrittenRule, ...]
    by_item: Mapping[str, WrittenRule]
    by_category: Mapping[Category, WrittenRule]
    general: WrittenRule

    def language(self, wanted: str) -> str:
        """``wanted`` if the region speaks it, else its default."""
        return wanted if wanted in self.languages else self.default_language

    def find(self, item: str, category: Category | None, language: str) -> Rule:
        """The item's rule, else its category's, else the general one."""
        found = self.by_item.get(item) or (category and self.by_category.get(category)) or self.general
        return self.say(found, language, fallback=found.level is not RuleLevel.ITEM)

    def say(self, rule: WrittenRule, language: str, *, fallback: bool = False) -> Rule:
        """``rule`` in ``language``, or in the default one if the region does not have that."""
        spoken = self.language(language)
        return Rule(
            id=rule.id,
            region=self.id,
            level=rule.level,
            fallback=fallback,
            version=self.version,
            language=spoken,
            title=rule.title[spoken],
            bin=rule.bin[spoken],
            steps=tuple(RuleStep(id=step, text=text[spoken]) for step, text in rule.steps),
            caution=rule.caution[spoken],
            source=rule.source,
        )
