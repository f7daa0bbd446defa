"""/v1/account: what people do to the account that they are signed in to."""

from flask import Response

from winnow_contracts.accounts import LONGEST_PASSWORD
from winnow_contracts.index_api.account_sessions import ListAccountSessions
from winnow_contracts.index_api.accounts import ReadAccount
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_signin.bodies import only, read_body, text_of
from winnow_signin.holders import needed_holder
from winnow_signin.schemas import NEW_PASSWORD, PASSWORD
from winnow_signin.signing_in import SigningIn
from winnow_signin.views import public_account, public_session

_PROBLEMS = ("not-found", "unavailable")


def operations(parts: Dependencies, signing_in: SigningIn) -> tuple[Operation, ...]:
    """The operations on one's own account."""
    index = parts.index

    def show(call: Call) -> Response:
        return json_answer(public_account(index.ask(ReadAccount(account_id=needed_holder(call.principal).key_id))))

    def change_password(call: Call) -> Response:
        needed_holder(call.principal)
        body = read_body(call.request)
        only(body, "present", "wanted")
        present, wanted = (text_of(body, name, LONGEST_PASSWORD) for name in ("present", "wanted"))
        begun = signing_in.change_password(call.request, present, wanted)
        response = Response(status=204)
        signing_in.give_cookie(response, begun)
        return response

    def sessions(call: Call) -> Response:
        holder = needed_holder(call.principal)
        found = index.ask(ListAccountSessions(account_id=holder.key_id)).items
        return json_answer({"items": [public_session(one, holder.session_id) for one in found]})

    def end(call: Call) -> Response:
        ended = signing_in.end(needed_holder(call.principal), call.path.get("session_id"))
        return json_answer({"ended": ended})

    form = {
        "type": "object",
        "required": ["present", "wanted"],
        "properties": {"present": PASSWORD, "wanted": NEW_PASSWORD},
        "additionalProperties": False,
    }
    ended = ApiAnswer(status=200, about="How many ended.", content={"application/json": ref("SessionsEnded")})
    return (
        Operation(
            name="get_account",
            method="GET",
            path="/v1/account",
            about="The account that is signed in; a key has none.",
            handler=show,
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Account")}),),
            problems=_PROBLEMS,
        ),
        Operation(
            name="change_password",
            method="PUT",
            path="/v1/account/password",
            about="Change its password. Its other sessions end, at every gateway within five seconds; this one goes on"
            " with another cookie and another csrf, which GET /v1/session tells.",
            handler=change_password,
            body={"application/json": form},
            example={"present": "four words of mine", "wanted": "other words of mine"},
            answers=(ApiAnswer(status=204, about="It is changed.", content={}, headers=("Set-Cookie",)),),
            problems=(*_PROBLEMS, "too-large", "rate-limited"),
        ),
        Operation(
            name="list_account_sessions",
            method="GET",
            path="/v1/account/sessions",
            about="Where it is signed in, the last used first; last_seen_at is up to a minute behind.",
            handler=sessions,
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("AccountSessions")}),),
            problems=_PROBLEMS,
        ),
        Operation(
            name="end_account_session",
            method="DELETE",
            path="/v1/account/sessions/{session_id}",
            about="Sign it out there, within five seconds. It is no error if that session has ended.",
            handler=end,
            answers=(ended,),
            problems=_PROBLEMS,
        ),
        Operation(
            name="end_account_sessions",
            method="DELETE",
            path="/v1/account/sessions",
            about="Sign it out everywhere, here too, within five seconds.",
            handler=end,
            answers=(ended,),
            problems=_PROBLEMS,
        ),
    )
