"""Routes of the internal API: the disposal rules, for the gateway."""

from flask import Flask, request

from winnow_ai.rules.book import RuleBook
from winnow_base.http.app_kit import serves
from winnow_contracts.ai_api import FindRule, ListRules, RegionRules
from winnow_contracts.errors import BadInput, NotFound
from winnow_contracts.photo import KNOWN_ITEMS, Category, Rule


def add_rules(app: Flask, book: RuleBook) -> None:
    """Add the routes of ``ListRules`` and ``FindRule`` over ``book``.

    The arguments ``region`` and ``language`` are optional and default to the default region and its own language.
    """

    @serves(app, ListRules)
    def rules() -> RegionRules:
        """All rules of a region, the list of regions, and the faults found in the operator's folder."""
        language = request.args.get("language", "")
        chapter = book.rules(request.args.get("region", ""), language)
        return RegionRules(
            regions=book.regions(language or chapter.language),
            region=chapter.region,
            language=chapter.language,
            version=chapter.version,
            rules=chapter.rules,
            problems=tuple(book.problems),
        )

    @serves(app, FindRule)
    def rule(item: str) -> Rule:
        """The rule for an item, known or not. ``category`` is used for an item that is not known."""
        region = request.args.get("region", "") or book.default_region
        if not book.has(region):
            raise NotFound(f"There are no rules for the region {region!r}.", hint="GET /internal/v1/rules lists them.")
        return book.find(region, item, _category(item), request.args.get("language", ""))


def _category(item: str) -> Category | None:
    given = request.args.get("category", "")
    if not given:
        return KNOWN_ITEMS.get(item)
    try:
        return Category(given)
    except ValueError as error:
        known = ", ".join(Category)
        raise BadInput(f"'category' must be one of {known}, not {given[:40]!r}", code="invalid-field") from error
