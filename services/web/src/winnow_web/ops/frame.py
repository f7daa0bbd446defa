"""What each operator's page is made of: its entry in the navigation, who may see it and who may act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, request

from winnow_gateway import sessions
from winnow_gateway.clients.keys import Principal
from winnow_gateway.dependencies import Dependencies
from winnow_web.auth import Visitors

READ_SCOPE, ACT_SCOPE = "ops:read", "admin"
ROOT = "/ops"
_LONGEST_FORM_BYTES = 16_384


@dataclass(frozen=True, kw_only=True)
class OpsPage:
    """A page of operators. ``add`` puts its routes on the blueprint; ``title`` is its name in the navigation.

    The navigation shows it to who has ``scope``.
    """

    title: str
    path: str
    add: Callable[[Blueprint, Operators, Dependencies], None]
    scope: str = READ_SCOPE

    def holds(self, path: str) -> bool:
        """Whether a path is this page or below it. The overview holds only itself, as every page is below it."""
        return path == self.path or (self.path != ROOT and path.startswith(f"{self.path}/"))


class Operators:
    """Tells who looks at an operator's page, and who acts by its forms."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors

    def reader(self, scope: str = READ_SCOPE) -> Principal:
        """Returns the visitor. Raises Refused: ``unauthenticated``, or ``forbidden`` without the scope."""
        return self._visitors.current(scope)

    def actor(self) -> Principal:
        """Returns who submitted the form of this request. Raises Refused: ``unauthenticated``, or ``forbidden`` without
        the scope ``admin`` or the session's token.
        """
        actor = self._visitors.current(ACT_SCOPE)
        request.max_content_length = _LONGEST_FORM_BYTES
        sessions.check_csrf(request.form.get("csrf"))
        return actor
