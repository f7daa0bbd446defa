"""``winnow keys``: API keys: lists all, creates one, whose secret is shown once, and revokes one."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_contracts.api_keys import SCOPES

_MOST_DAYS = 36_500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``keys`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="every key: whose it is, what it may do, when it was last used")
    creating = verbs.add_parser("create", help="create a key and show it, once")
    creating.add_argument("name", metavar="NAME", help="what it is for")
    creating.add_argument(
        "--scope", action="append", choices=SCOPES, help="what it may do; may be repeated (read and write)"
    )
    creating.add_argument("--tenant", help="whose data it is for (the tenant of your key)")
    creating.add_argument("--days", type=_days, help="after so many days it expires (never)")
    revoking = verbs.add_parser("revoke", help="refuse a key from now on, its sessions too")
    revoking.add_argument("key", metavar="KEY_ID", help="as list shows it")
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb."""
    client = gateway()
    match arguments.verb:
        case "list":
            answer, lines = client.get("/v1/ops/keys"), key_lines
        case "create":
            answer, lines = client.send("POST", "/v1/ops/keys", _wanted(arguments)), created_lines
        case _:
            answer, lines = client.send("POST", f"/v1/ops/keys/{arguments.key}/revoke"), revoked_lines
    print_answer(answer, lines(answer), as_json=arguments.json)
    return 0


def key_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The keys as a table, the newest first."""
    yield f"{'KEY':<10} {'STATE':<8} {'TENANT':<12} {'SCOPES':<22} {'LAST USED':<24} {'EXPIRES':<24} NAME"
    for item in answer["items"]:
        scopes = ",".join(item["scopes"])
        used, expires = item["last_used_at"] or "never", item["expires_at"] or "never"
        yield (
            f"{item['key_id']:<10} {item['state']:<8} {item['tenant_id']:<12} {scopes:<22} {used:<24} {expires:<24} "
            f"{item['name']}"
        )


def created_lines(answer: dict[str, Any]) -> Iterator[str]:
    """A new key, and what to know of it."""
    yield answer["key"]
    yield "This is the only time it is shown. It works everywhere within two seconds."
    yield f"./winnow keys revoke {answer['key_id']} ends it."


def revoked_lines(answer: dict[str, Any]) -> Iterator[str]:
    """What revoking did."""
    yield f"{answer['key_id']} ({answer['name']}) is revoked: every gateway refuses it within five seconds."


def _days(text: str) -> timedelta:
    days = float(text)
    if not 0 < days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"it must be more than 0 days and {_MOST_DAYS} at most")
    return timedelta(days=days)


def _wanted(arguments: argparse.Namespace) -> dict[str, Any]:
    wanted: dict[str, Any] = {"name": arguments.name, "scopes": arguments.scope or ["read", "write"]}
    if arguments.tenant:
        wanted["tenant_id"] = arguments.tenant
    if arguments.days is not None:
        wanted["expires_at"] = (datetime.now(UTC) + arguments.days).isoformat(timespec="seconds")
    return wanted
