"""``winnow account``: people's accounts: lists, creates, disables and resets them; shows where they are signed in."""

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import read_profile
from winnow_client import Client
from winnow_client.errors import NotFound
from winnow_contracts.accounts import Role

_PATH = "/v1/ops/accounts"
Answer = dict[str, Any]
Lines = Callable[[Answer], Iterator[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``account`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="every account: whose, what it may do, when it last signed in")
    creating = verbs.add_parser("create", help="create an account and show the link that lets its holder in, once")
    creating.add_argument("name", metavar="NAME", help="an email address, or a word without spaces")
    creating.add_argument("--role", choices=list(Role), default=Role.WRITER.value, help="what it may do (writer)")
    creating.add_argument("--tenant", help="whose data it is for (the tenant of your key)")
    creating.add_argument(
        "--password", action="store_true", help="ask for its password, or read it from stdin, instead of a link"
    )
    for verb, about in (
        ("sessions", "where it is signed in"),
        ("sign-out", "end all of its sessions"),
        ("disable", "sign it out and let nobody sign in to it"),
        ("enable", "let its holder sign in again"),
        ("reset", "take its password and show a link by which its holder chooses another, once"),
        ("role", "change what it may do"),
    ):
        verbs.add_parser(verb, help=about).add_argument("account", metavar="ACCOUNT", help="its name or id")
    verbs.choices["role"].add_argument("role", choices=list(Role))
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb."""
    profile = read_profile()
    client = profile.client()
    answer, lines = _done(client, arguments)
    if answer.get("link", "").startswith("/"):
        answer = {**answer, "link": profile.url + answer["link"]}
    print_answer(answer, lines(answer), as_json=arguments.json)
    return 0


def _done(client: Client, arguments: argparse.Namespace) -> tuple[Answer, Lines]:
    if arguments.verb == "list":
        return client.get(_PATH), account_lines
    if arguments.verb == "create":
        return _created(client, arguments), link_lines
    path = f"{_PATH}/{_id_of(client, arguments.account)}"
    match arguments.verb:
        case "sessions":
            return client.get(f"{path}/sessions"), session_lines
        case "sign-out":
            return client.send("DELETE", f"{path}/sessions"), ended_lines
        case "reset":
            return client.send("POST", f"{path}/reset"), link_lines
        case "role":
            return client.send("PATCH", path, {"role": arguments.role}), changed_lines
        case verb:
            return client.send("PATCH", path, {"disabled": verb == "disable"}), changed_lines


def _created(client: Client, arguments: argparse.Namespace) -> Answer:
    password = _read_password() if arguments.password else None
    wanted = {"name": arguments.name, "role": arguments.role}
    if arguments.tenant:
        wanted["tenant_id"] = arguments.tenant
    made: Answer = client.send("POST", _PATH, wanted)
    if password is None:
        return made
    # The link is followed here, as its holder would; the session that this begins is nobody's.
    _, _, token = made.pop("link").partition("=")
    client.send("POST", "/v1/session", {"link": token, "password": password})
    client.send("DELETE", f"{_PATH}/{made['account_id']}/sessions")
    return {**made, "has_password": True}


def _read_password() -> str:
    """The password: never an argument, which everybody on the machine could read."""
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _id_of(client: Client, text: str) -> str:
    """The id of the account with this name or id. Raises NotFound."""
    for item in client.get(_PATH)["items"]:
        if text.strip().casefold() == item["name"] or text == item["account_id"]:
            return str(item["account_id"])
    raise NotFound(f"There is no account {text}.", hint="./winnow account list shows them.")


def account_lines(answer: Answer) -> Iterator[str]:
    """The accounts as a table, the newest first."""
    yield f"{'ACCOUNT':<40} {'STATE':<8} {'ROLE':<8} {'TENANT':<12} {'LAST SIGNED IN':<24} NAME"
    for item in answer["items"]:
        signed_in = item["last_signed_in_at"] or "never"
        yield (
            f"{item['account_id']:<40} {_state(item):<8} {item['role']:<8} {item['tenant_id']:<12} {signed_in:<24} "
            f"{item['name']}"
        )


def link_lines(answer: Answer) -> Iterator[str]:
    """An account, and how its holder gets in."""
    if "link" not in answer:
        yield f"{answer['name']} may sign in as {answer['role']}."
        return
    yield answer["link"]
    yield f"Whoever follows this link first chooses the password of {answer['name']}. It is good for a day."


def changed_lines(answer: Answer) -> Iterator[str]:
    """What became of an account."""
    yield f"{answer['name']} is {_state(answer)}, and a {answer['role']}, at every gateway within five seconds."


def session_lines(answer: Answer) -> Iterator[str]:
    """The sessions of an account as a table, the last used first."""
    yield f"{'LAST USED':<24} {'SIGNED IN':<24} {'ENDS':<24} {'FROM':<24} DEVICE"
    for item in answer["items"]:
        times = " ".join(f"{item[name]:<24}" for name in ("last_seen_at", "created_at", "expires_at"))
        yield f"{times} {item['address']:<24} {item['device']}"


def ended_lines(answer: Answer) -> Iterator[str]:
    """How many sessions ended."""
    yield f"{answer['ended']} sessions have ended, at every gateway within five seconds."


def _state(account: Answer) -> str:
    return "disabled" if account["disabled_at"] else "good" if account["has_password"] else "invited"
