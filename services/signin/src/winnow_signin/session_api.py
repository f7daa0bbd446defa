"""/v1/session: exchanges an API key, a password or a link for a session cookie, for the page."""

from flask import Response

from winnow_contracts.accounts import LONGEST_NAME, LONGEST_PASSWORD
from winnow_contracts.errors import Refused
from winnow_gateway import sessions
from winnow_gateway.api.schema_parts import TEXT, Schema, ref
from winnow_gateway.clients.keys import KeyRing, Principal
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_signin.bodies import read_body, text_of
from winnow_signin.holders import AccountHolder
from winnow_signin.schemas import NAME, NEW_PASSWORD, PASSWORD
from winnow_signin.signing_in import Begun, SigningIn, take_cookie

_LONGEST_KEY = _LONGEST_LINK = 200
_SESSION = {"application/json": ref("Session")}


class Sessions:
    """Starts, shows and ends sessions."""

    def __init__(self, keys: KeyRing, signing_in: SigningIn) -> None:
        self._keys = keys
        self._signing_in = signing_in

    def begin(self, call: Call) -> Response:
        """Sign in with a key, with name and password, or with a link, which sets the password."""
        body = read_body(call.request)
        match sorted(body):
            case ["key"]:
                return self._by_key(text_of(body, "key", _LONGEST_KEY))
            case ["name", "password"]:
                name, password = text_of(body, "name", LONGEST_NAME), text_of(body, "password", LONGEST_PASSWORD)
                return self._begun(self._signing_in.by_password(call.request, name, password))
            case ["link", "password"]:
                link, password = text_of(body, "link", _LONGEST_LINK), text_of(body, "password", LONGEST_PASSWORD)
                return self._begun(self._signing_in.by_link(call.request, link, password))
        raise FieldError('The body must be JSON of the form {"key": "…"}, or have name and password.', pointer="#/key")

    def show(self, call: Call) -> Response:
        """Returns who is signed in by cookie."""
        principal = sessions.session_principal(self._keys)
        if principal is None:
            raise _signed_out("Nobody is signed in.")
        return json_answer(_shown(principal, sessions.csrf_token()))

    def end(self, call: Call) -> Response:
        """Signs out. It is no error if nobody is signed in."""
        if sessions.session_principal(self._keys) is not None:
            sessions.check_csrf(call.request.headers.get(sessions.CSRF_HEADER))
        self._signing_in.sign_out(call.request)
        response = Response(status=204)
        take_cookie(response)
        return response

    def _by_key(self, key: str) -> Response:
        principal = self._keys.principal(key)
        if principal is None:
            raise _signed_out("This key is unknown or revoked.")
        response = json_answer(_shown(principal, sessions.sign_in(principal)))
        take_cookie(response)
        return response

    def _begun(self, begun: Begun) -> Response:
        response = json_answer(_shown(begun.holder, sessions.csrf_of(begun.token)))
        self._signing_in.give_cookie(response, begun)
        return response


def _shown(principal: Principal, csrf: str) -> dict[str, object]:
    shown: dict[str, object] = {
        "tenant_id": principal.tenant_id,
        "key_id": principal.key_id,
        "scopes": sorted(principal.scopes),
        "csrf": csrf,
    }
    if isinstance(principal, AccountHolder):
        of = {"account_id": principal.key_id, "name": principal.name, "role": principal.role.value}
        shown["account"] = {**of, "session_id": principal.session_id}
    return shown


def _signed_out(detail: str) -> Refused:
    return Refused(detail, code="unauthenticated", hint="Sign in with an API key, or to an account.")


def _form(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def operations(parts: Dependencies, signing_in: SigningIn) -> tuple[Operation, ...]:
    """The operations of the session."""
    held = Sessions(parts.keys, signing_in)
    forms = {
        "anyOf": [_form(key=TEXT), _form(name=NAME, password=PASSWORD), _form(link=TEXT, password=NEW_PASSWORD)],
    }
    token = QueryParameter(name=sessions.CSRF_HEADER, about="The session's csrf.", schema={"type": "string"})
    return (
        Operation(
            name="sign_in",
            method="POST",
            path="/v1/session",
            about="Sign in with an API key, with an account's name and password, or with the token of a link and the"
            " password that its account shall have; sets a cookie. After several failures 429 says when the next"
            " attempt is looked at.",
            handler=held.begin,
            scope=None,
            body={"application/json": forms},
            example={"name": "mina@example.org", "password": "four words of mine"},
            answers=(ApiAnswer(status=200, about="The session.", content=_SESSION, headers=("Set-Cookie",)),),
            problems=("unauthenticated", "malformed", "too-large", "invalid-field", "rate-limited", "unavailable"),
        ),
        Operation(
            name="get_session",
            method="GET",
            path="/v1/session",
            about="Who is signed in by cookie, and the token that unsafe requests carry.",
            handler=held.show,
            scope=None,
            answers=(ApiAnswer(status=200, about="The session.", content=_SESSION),),
            problems=("unauthenticated", "unavailable"),
        ),
        Operation(
            name="sign_out",
            method="DELETE",
            path="/v1/session",
            about="Sign out.",
            handler=held.end,
            scope=None,
            headers=(token,),
            answers=(ApiAnswer(status=204, about="Nobody is signed in any more.", content={}),),
            problems=("forbidden", "unavailable"),
        ),
    )
