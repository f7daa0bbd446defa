"""/v1/session: exchanges an API key for a session cookie, for the page."""

from flask import Response

from winnow_contracts.errors import Refused
from winnow_gateway import sessions
from winnow_gateway.api.schema_parts import TEXT, ref
from winnow_gateway.clients.keys import KeyRing, Principal
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import FieldError

_LONGEST_KEY = 200
_MAX_BODY_BYTES = 4_096
_SESSION = {"application/json": ref("Session")}


class Sessions:
    """Starts, shows and ends sessions."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def begin(self, call: Call) -> Response:
        """Sign in with a key."""
        # Only JSON: other sites' forms cannot send it unless the browser asks us first (CORS preflight).
        call.request.max_content_length = _MAX_BODY_BYTES
        body = call.request.get_json(silent=True) if call.request.mimetype == "application/json" else None
        if not isinstance(body, dict) or set(body) != {"key"} or not isinstance(body["key"], str):
            raise FieldError('The body must be JSON of the form {"key": "…"}.', pointer="#/key")
        principal = self._keys.principal(body["key"][:_LONGEST_KEY])
        if principal is None:
            raise _signed_out("This key is unknown or revoked.")
        return _shown(principal, sessions.sign_in(principal))

    def show(self, call: Call) -> Response:
        """Returns who is signed in by cookie."""
        principal = sessions.session_principal(self._keys)
        if principal is None:
            raise _signed_out("Nobody is signed in.")
        return _shown(principal, sessions.csrf_token())

    def end(self, call: Call) -> Response:
        """Signs out. It is no error if nobody is signed in."""
        if sessions.session_principal(self._keys) is not None:
            sessions.check_csrf(call.request.headers.get(sessions.CSRF_HEADER))
        sessions.sign_out()
        return Response(status=204)


def _shown(principal: Principal, csrf: str) -> Response:
    return json_answer(
        {
            "tenant_id": principal.tenant_id,
            "key_id": principal.key_id,
            "scopes": sorted(principal.scopes),
            "csrf": csrf,
        }
    )


def _signed_out(detail: str) -> Refused:
    return Refused(detail, code="unauthenticated", hint="Sign in with an API key.")


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations of the session."""
    held = Sessions(parts.keys)
    form = {"type": "object", "required": ["key"], "properties": {"key": TEXT}, "additionalProperties": False}
    token = QueryParameter(name=sessions.CSRF_HEADER, about="The session's csrf.", schema={"type": "string"})
    return (
        Operation(
            name="sign_in",
            method="POST",
            path="/v1/session",
            about="Sign in with an API key; sets a cookie.",
            handler=held.begin,
            scope=None,
            body={"application/json": form},
            answers=(ApiAnswer(status=200, about="The session.", content=_SESSION, headers=("Set-Cookie",)),),
            problems=("unauthenticated", "malformed", "too-large"),
        ),
        Operation(
            name="get_session",
            method="GET",
            path="/v1/session",
            about="Who is signed in by cookie, and the token that unsafe requests carry.",
            handler=held.show,
            scope=None,
            answers=(ApiAnswer(status=200, about="The session.", content=_SESSION),),
            problems=("unauthenticated",),
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
            problems=("forbidden",),
        ),
    )
