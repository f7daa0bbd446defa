"""``/ops/accounts``: people's accounts; creates, disables, enables and resets them. For admins."""

import shlex
from urllib.parse import urljoin

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.accounts import Role, role_named
from winnow_contracts.index_api.account_sessions import EndSessions
from winnow_contracts.index_api.accounts import ChangeAccount, ListAccounts
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_signin.holders import ask_and_forget
from winnow_signin.invitations import invitations
from winnow_signin.views import public_account
from winnow_web.ops.frame import ACT_SCOPE, Operators, OpsPage

PATH = "/ops/accounts"


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page, and the forms ``create`` and ``<account_id>/VERB`` below it."""
    index = parts.index

    def shown(link: str = "") -> str:
        found = index.ask(ListAccounts()).items
        items = [{**public_account(one), "named": shlex.quote(one.name)} for one in found]
        address = urljoin(request.host_url, link) if link else ""
        return render_template("web/ops/accounts.html", accounts=items, roles=list(Role), link=address)

    @blueprint.get(PATH)
    def ops_accounts() -> str:
        operators.reader(ACT_SCOPE)
        return shown()

    @blueprint.post(f"{PATH}/create")
    def ops_create_account() -> str:
        actor = operators.actor()
        given = {name: request.form.get(name, "").strip() for name in ("name", "role", "tenant_id")}
        tenant_id = given["tenant_id"] or actor.tenant_id
        _, link = invitations().create(given["name"], given["role"], tenant_id, actor.key_id)
        # Shown by this answer and not after a redirect: nothing keeps the link, so no later page could show it.
        return shown(link)

    @blueprint.post(f"{PATH}/<account_id>/reset")
    def ops_reset_account(account_id: str) -> str:
        actor = operators.actor()
        check_path({"account_id": account_id})
        _, link = invitations().reset(account_id, actor.key_id)
        return shown(link)

    @blueprint.post(f"{PATH}/<account_id>/<any(disable, enable):verb>")
    def ops_disable_account(account_id: str, verb: str) -> Response:
        actor = operators.actor()
        check_path({"account_id": account_id})
        asked = ChangeAccount(account_id=account_id, who=actor.key_id, disabled=verb == "disable")
        account = ask_and_forget(index, account_id, asked)
        flash(f"{account.name} is {verb}d: at every gateway within five seconds.")
        return redirect(PATH, 303)

    @blueprint.post(f"{PATH}/<account_id>/role")
    def ops_change_role(account_id: str) -> Response:
        actor = operators.actor()
        check_path({"account_id": account_id})
        role = role_named(request.form.get("role"))
        account = ask_and_forget(index, account_id, ChangeAccount(account_id=account_id, who=actor.key_id, role=role))
        flash(f"{account.name} is now {role}, at every gateway within five seconds.")
        return redirect(PATH, 303)

    @blueprint.post(f"{PATH}/<account_id>/sign-out")
    def ops_sign_out_account(account_id: str) -> Response:
        actor = operators.actor()
        check_path({"account_id": account_id})
        ended = ask_and_forget(index, account_id, EndSessions(account_id=account_id, who=actor.key_id)).ended
        flash(f"{ended} sessions have ended, at every gateway within five seconds.")
        return redirect(PATH, 303)


PAGE = OpsPage(title="Accounts", path=PATH, add=add_pages, scope=ACT_SCOPE)
