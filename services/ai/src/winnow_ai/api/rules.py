"""Routes of the internal API: the disposal rules, for the gateway."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from winnow_ai.rules.book import RuleBook
from winnow_contracts.ai_api import FindRule, ListRules, RegionRules
from winnow_contracts.errors import BadInput, NotFound
from winnow_contracts.photo import KNOWN_ITEMS, Category


def rule_routes(book: RuleBook, check_token: Callable[[], None], answer: Callable[[object], Response]) -> Blueprint:
    """The routes of ``ListRules`` and ``FindRule`` over ``book``.

    The arguments ``region`` and ``language`` are optional and default to the default region and its own language.
    """
    routes = Blueprint("rules", __name__)
    routes.before_request(check_token)

    @routes.route(ListRules.ROUTE.rule, methods=[ListRules.ROUTE.method])
    def rules() -> Response:
        """All rules of a region, the list of regions, and the faults found in the operator's folder."""
        language = request.args.get("language", "")
        chapter = book.rules(request.args.get("region", ""), language)
        return answer(
            RegionRules(
                regions=book.regions(language or chapter.language),
                region=chapter.region,
                language=chapter.language,
                version=chapter.version,
                rules=chapter.rules,
                problems=tuple(book.problems),
            )
        )

    @routes.route(FindRule.ROUTE.rule, methods=[FindRule.ROUTE.method])
    def rule(item: str) -> Response:
        """The rule for an item, known or not. ``category`` is used for an item that is not known."""
        region = request.args.get("region", "") or book.default_region
        if not book.has(region):
            raise NotFound(f"There are no rules for the region {region!r}.", hint="GET /internal/v1/rules lists them.")
        return answer(book.find(region, item, _category(item), request.args.get("language", "")))

    return routes


def _category(item: str) -> Category | None:
    given = request.args.get("category", "")
    if not given:
        return KNOWN_ITEMS.get(item)
    try:
        return Category(given)
    except ValueError as error:
        known = ", ".join(Category)
        raise BadInput(f"'category' must be one of {known}, not {given[:40]!r}", code="invalid-field") from error
