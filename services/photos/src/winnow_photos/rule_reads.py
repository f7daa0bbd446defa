"""Reads disposal rules from ai's internal API."""

from typing import Any

from winnow_base.http.internal_clients import AiClient
from winnow_contracts.ai_api import FindRule, ListRules
from winnow_contracts.photo import Category
from winnow_journal.codec import plain

_SHOWN = ("regions", "region", "language", "version", "rules")


class RuleReads:
    """Reads rules in a language (ISO 639-1). Raises NotFound for an unknown region, and Unavailable."""

    def __init__(self, ai: AiClient) -> None:
        self._ai = ai

    def rules(self, region: str, language: str) -> dict[str, Any]:
        """Returns ``{regions, region, language, version, rules}`` of a region."""
        chapter = plain(self._ai.ask(ListRules(region=region, language=language)))
        return {name: chapter[name] for name in _SHOWN}

    def rule(self, item: str, region: str, language: str) -> dict[str, Any]:
        """Returns the rule for an item or a category, and says which applies: the item's, its category's, or the
        general rule.
        """
        category = item if item in set(Category) else None
        rule = self._ai.ask(FindRule(item=item, region=region, language=language, category=category))
        shown: dict[str, Any] = plain(rule)
        return shown
