"""Signs people in by an OpenID Connect provider: the authorization code flow with PKCE, state and nonce, by Authlib.

Only this module knows Authlib.
"""

from collections.abc import MutableMapping
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from winnow_contracts.errors import Refused, Unavailable
from winnow_gateway.settings import OidcSettings

CALLBACK = "/signin/provider/callback"
_SECONDS = 10
_DISCOVERY = "/.well-known/openid-configuration"
_MOST_BEGUN = 3
"""Sign-ins that one browser may have begun and not completed: its cookie must hold what is known of each."""


class Provider:
    """The provider that the settings name. What it must know of a browser lies in the browser's signed cookie."""

    def __init__(self, settings: OidcSettings, public_url: str) -> None:
        self._callback = public_url + CALLBACK
        issuer, client_id = settings.issuer, settings.client_id
        # Not what the provider says of itself: discovery may lead to another one. Some end their name with a slash.
        self._claims = {
            "iss": {"essential": True, "values": [issuer, f"{issuer}/"]},
            "aud": {"essential": True, "value": client_id},
        }
        self._client = FlaskOAuth2App(
            _LastBegun("provider"),
            name="provider",
            client_id=client_id,
            client_secret=settings.client_secret,
            server_metadata_url=issuer + _DISCOVERY,
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "default_timeout": _SECONDS,
            },
        )

    def redirect(self) -> Response:
        """Returns the answer that sends the browser to the provider. Raises Unavailable if it does not answer."""
        try:
            response: Response = self._client.authorize_redirect(self._callback)
        except (AuthlibBaseError, RequestException, RuntimeError, ValueError) as error:
            raise _away() from error
        return response

    def address(self) -> str:
        """Returns the email address that the provider vouches for, from the browser's request that comes back from it.

        Raises Refused (``unauthenticated``) if the request is none that was begun here, or the provider vouches for
        nothing, and Unavailable if it does not answer.
        """
        try:
            token = self._client.authorize_access_token(claims_options=self._claims)
            claims: dict[str, Any] = token.get("userinfo") or {}
            if claims and "email" not in claims:
                more = self._client.userinfo(token=token)
                claims = more if more.get("sub") == claims.get("sub") else {}
        except RequestException as error:
            raise _away() from error
        except (AuthlibBaseError, JoseError, KeyError, RuntimeError, ValueError) as error:
            raise Refused(
                "The sign-in at the provider was not completed.", code="unauthenticated", hint="Try once more."
            ) from error
        # An address that nobody verified could be anybody's.
        if not isinstance(claims.get("email"), str) or claims.get("email_verified") is not True:
            raise Refused(
                "The provider does not vouch for an email address of yours.",
                code="unauthenticated",
                hint="Verify it there, and try once more.",
            )
        return str(claims["email"])


class _LastBegun(FlaskIntegration):  # type: ignore[misc]  # Authlib has no types
    """Keeps what the last sign-ins that a browser began need, in its cookie; the oldest give way."""

    def set_state_data(self, session: MutableMapping[str, Any], state: str, data: Any) -> None:
        super().set_state_data(session, state, data)
        begun = [key for key in session if key.startswith(f"_state_{self.name}_")]
        for key in sorted(begun, key=lambda key: session[key]["exp"])[:-_MOST_BEGUN]:
            del session[key]


def _away() -> Unavailable:
    return Unavailable(
        "The provider of sign-ins does not answer.", dependency="provider", hint="Try again in a moment."
    )
