"""/v1/ops/accounts…: people's accounts of all tenants; creates, changes and resets them."""

from flask import Response

from winnow_contracts.accounts import LONGEST_NAME, role_named
from winnow_contracts.index_api.account_sessions import EndSessions, ListAccountSessions
from winnow_contracts.index_api.accounts import ChangeAccount, ListAccounts
from winnow_gateway.api.schema_parts import FLAG, TEXT, Schema, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_signin.bodies import only, read_body, text_of
from winnow_signin.holders import ask_and_forget
from winnow_signin.invitations import invitations
from winnow_signin.schemas import NAME, ROLE
from winnow_signin.views import public_account, public_session

_TENANT: Schema = {**TEXT, "minLength": 1, "maxLength": 200}
_NEW: Schema = {
    "type": "object",
    "required": ["name", "role"],
    "properties": {"name": NAME, "role": ROLE, "tenant_id": _TENANT},
    "additionalProperties": False,
}
_CHANGE: Schema = {
    "type": "object",
    "minProperties": 1,
    "properties": {"role": ROLE, "disabled": FLAG},
    "additionalProperties": False,
}


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on accounts."""
    index = parts.index

    def page(call: Call) -> Response:
        return json_answer({"items": [public_account(one) for one in index.ask(ListAccounts()).items]})

    def create(call: Call) -> Response:
        body = read_body(call.request)
        only(body, *_NEW["properties"])
        name, role = text_of(body, "name", LONGEST_NAME), text_of(body, "role", LONGEST_NAME)
        tenant_id = text_of({"tenant_id": call.tenant_id, **body}, "tenant_id", 200)
        account, link = invitations().create(name, role, tenant_id, call.principal.key_id)
        return json_answer({**public_account(account), "link": link}, 201)

    def change(call: Call) -> Response:
        body = read_body(call.request)
        only(body, *_CHANGE["properties"])
        disabled = body.get("disabled")
        if not body or (disabled is not None and not isinstance(disabled, bool)):
            raise FieldError("Say role, or disabled as true or false.", pointer="#/disabled")
        role = role_named(body["role"]) if "role" in body else None
        asked = ChangeAccount(
            account_id=call.path["account_id"], who=call.principal.key_id, role=role, disabled=disabled
        )
        return json_answer(public_account(ask_and_forget(index, asked.account_id, asked)))

    def reset(call: Call) -> Response:
        account, link = invitations().reset(call.path["account_id"], call.principal.key_id)
        return json_answer({**public_account(account), "link": link})

    def sessions(call: Call) -> Response:
        found = index.ask(ListAccountSessions(account_id=call.path["account_id"])).items
        return json_answer({"items": [public_session(one) for one in found]})

    def end(call: Call) -> Response:
        asked = EndSessions(account_id=call.path["account_id"], who=call.principal.key_id)
        return json_answer({"ended": ask_and_forget(index, asked.account_id, asked).ended})

    account = {"application/json": ref("Account")}
    unknown = ("not-found", "unavailable")
    return (
        Operation(
            name="list_accounts",
            method="GET",
            path="/v1/ops/accounts",
            about="People's accounts, the newest first: whose tenant, what each may do, when it last signed in.",
            handler=page,
            scope="admin",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("Accounts")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="create_account",
            method="POST",
            path="/v1/ops/accounts",
            about="Create an account, by default in the caller's tenant. link is where its holder chooses a password,"
            " good once and for a day: an address below WINNOW_GATEWAY_PUBLIC_URL, or a path of this gateway where that"
            " is not set. It is in this answer alone.",
            handler=create,
            scope="admin",
            body={"application/json": _NEW},
            example={"name": "mina@example.org", "role": "writer"},
            answers=(ApiAnswer(status=201, about="It, with its link.", content=account),),
            problems=("not-ready", "too-large", "unavailable"),
            shown_once=("link",),
        ),
        Operation(
            name="change_account",
            method="PATCH",
            path="/v1/ops/accounts/{account_id}",
            about="Give an account another role, disable it, which ends its sessions within five seconds, or enable it."
            " None changes itself.",
            handler=change,
            scope="admin",
            body={"application/json": _CHANGE},
            example={"role": "reader"},
            answers=(ApiAnswer(status=200, about="It, as it is now.", content=account),),
            problems=(*unknown, "not-ready", "too-large"),
        ),
        Operation(
            name="reset_account",
            method="POST",
            path="/v1/ops/accounts/{account_id}/reset",
            about="Take an account's password, end its sessions, and get a link by which its holder chooses another.",
            handler=reset,
            scope="admin",
            answers=(ApiAnswer(status=200, about="It, with its link.", content=account),),
            problems=unknown,
            shown_once=("link",),
        ),
        Operation(
            name="list_sessions_of_account",
            method="GET",
            path="/v1/ops/accounts/{account_id}/sessions",
            about="Where an account is signed in, the last used first.",
            handler=sessions,
            scope="admin",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("AccountSessions")}),),
            problems=unknown,
        ),
        Operation(
            name="end_sessions_of_account",
            method="DELETE",
            path="/v1/ops/accounts/{account_id}/sessions",
            about="Sign an account out everywhere, within five seconds.",
            handler=end,
            scope="admin",
            answers=(
                ApiAnswer(status=200, about="How many ended.", content={"application/json": ref("SessionsEnded")}),
            ),
            problems=unknown,
        ),
    )
