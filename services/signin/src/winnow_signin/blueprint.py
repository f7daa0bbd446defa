"""Lets the gateway know whose session a request has, and invite people. It finds this blueprint by its entry point."""

from flask import Blueprint

from winnow_gateway import sessions
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_signin.holders import AccountHolders
from winnow_signin.invitations import EXTENSION, Invitations


def signin_blueprint(settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies) -> Blueprint:
    """Returns a blueprint that gives the app its ``AccountHolders`` and ``Invitations``."""
    blueprint = Blueprint("signin", __name__)
    known = AccountHolders(parts.index, parts.data_dir / "sessions")
    given = {sessions.ACCOUNTS: known, EXTENSION: Invitations(parts.index, settings.public_url)}
    blueprint.record(lambda state: state.app.extensions.update(given))
    return blueprint
