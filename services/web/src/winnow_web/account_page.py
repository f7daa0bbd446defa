"""``/account``: where one's account is signed in, and its password; ends sessions. For who has an account."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.errors import BadInput, RateLimited, Refused
from winnow_contracts.index_api.account_sessions import ListAccountSessions
from winnow_contracts.problems import PROBLEMS
from winnow_gateway import sessions
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_gateway.http.problems import retry_after
from winnow_signin.holders import AccountHolder, needed_holder
from winnow_signin.signing_in import SigningIn, take_cookie
from winnow_signin.views import public_session
from winnow_web.auth import Visitors
from winnow_web.steering_forms import LONGEST_BODY_BYTES

PATH = "/account"


def add_pages(blueprint: Blueprint, visitors: Visitors, parts: Dependencies, signing_in: SigningIn) -> None:
    """Adds the page, and the forms ``password``, ``sessions/end`` and ``sessions/<session_id>/end`` below it."""

    def shown(holder: AccountHolder, wrong: str = "") -> str:
        found = parts.index.ask(ListAccountSessions(account_id=holder.key_id)).items
        devices = [public_session(one, holder.session_id) for one in found]
        return render_template("web/account.html", account=holder, devices=devices, wrong=wrong)

    def sender() -> AccountHolder:
        """Who submitted the form of this request. Raises Refused."""
        holder = needed_holder(visitors.current())
        request.max_content_length = LONGEST_BODY_BYTES
        sessions.check_csrf(request.form.get("csrf"))
        return holder

    @blueprint.get(PATH)
    def account() -> str:
        return shown(needed_holder(visitors.current()))

    @blueprint.post(f"{PATH}/password")
    def change_password() -> Response | tuple[str, int, dict[str, str]]:
        holder = sender()
        present, wanted = request.form.get("present", ""), request.form.get("wanted", "")
        try:
            begun = signing_in.change_password(request, present, wanted)
        except (BadInput, RateLimited, Refused) as error:
            page = shown(holder, f"{error.detail} {error.hint}")
            return page, PROBLEMS[error.code].status, retry_after(error)
        flash("The password is changed, and every other device is signed out.")
        response = redirect(PATH, 303)
        signing_in.give_cookie(response, begun)
        return response

    @blueprint.post(f"{PATH}/sessions/<session_id>/end")
    def end_session(session_id: str) -> Response:
        holder = sender()
        check_path({"session_id": session_id})
        signing_in.end(holder, session_id)
        flash("That device is signed out, at the latest in five seconds.")
        return redirect(PATH, 303)

    @blueprint.post(f"{PATH}/sessions/end")
    def end_sessions() -> Response:
        signing_in.end(sender(), None)
        sessions.sign_out()
        response = redirect("/signin", 303)
        take_cookie(response)
        return response
