"""People's accounts: their roles and names, what a password must be, and the tokens of sessions and links."""

import hashlib
import secrets
import unicodedata
from enum import StrEnum

from winnow_contracts.errors import BadInput

SHORTEST_PASSWORD, LONGEST_PASSWORD, LONGEST_NAME = 12, 200, 254
SESSION_PREFIX, LINK_PREFIX = "wses_", "wlnk_"
"""How the tokens begin, so that secret scanners can tell them."""


class Role(StrEnum):
    """What the holder of an account may do; each includes those before it, within the account's tenant."""

    READER = "reader"
    WRITER = "writer"
    OPERATOR = "operator"
    ADMIN = "admin"


_SCOPES = {
    Role.READER: ("read",),
    Role.WRITER: ("read", "write"),
    Role.OPERATOR: ("read", "write", "ops:read"),
    Role.ADMIN: ("admin",),
}


def scopes_of(role: Role) -> frozenset[str]:
    """The scopes of a role, which are those of API keys."""
    return frozenset(_SCOPES[role])


def role_named(text: object) -> Role:
    """The role with this name. Raises BadInput (``invalid-field``) if there is none."""
    if text not in list(Role):
        raise BadInput(f"The role must be one of {', '.join(Role)}.", code="invalid-field")
    return Role(str(text))


def normal_name(text: str) -> str:
    """The name of an account as it is kept and compared: an email address, or any word without spaces.

    Raises BadInput (``invalid-field``) for one that is empty, too long or not printable.
    """
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or " " in name:
        raise BadInput(
            f"A name has 1 to {LONGEST_NAME} characters and no spaces.",
            code="invalid-field",
            hint="An email address is a good one.",
        )
    return name


def checked_password(text: str, name: str = "") -> str:
    """A new password in its normal form. Raises BadInput (``invalid-field``) for one that is easily guessed."""
    password = normal_password(text)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadInput(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            code="invalid-field",
            hint="Several words that do not belong together make a good one.",
        )
    if len(set(password)) < 5 or (name and password.casefold() == name):
        raise BadInput(
            "This password is easily guessed.",
            code="invalid-field",
            hint="Several words that do not belong together make a good one.",
        )
    return password


def normal_password(text: str) -> str:
    """The password as it is hashed, whichever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", text)


def new_token(prefix: str) -> str:
    """A token of 256 random bits, as only its holder has it."""
    return prefix + secrets.token_urlsafe(32)


def token_sha256(token: str) -> str:
    """What is kept of a token, as hex. It has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
