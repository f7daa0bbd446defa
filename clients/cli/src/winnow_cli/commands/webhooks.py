"""``winnow webhooks``: addresses that are told of events: makes, changes and removes them; what each was told."""

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_client import Client
from winnow_client.errors import BadInput
from winnow_contracts.webhooks import WebhookEvent

_PATH = "/v1/webhooks"
_TYPES = [event.value for event in WebhookEvent]
Lines = Callable[[dict[str, Any]], Iterator[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``webhooks`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="every webhook of your account")
    creating = verbs.add_parser("create", help="tell an address of events; its secret is shown once")
    creating.add_argument("url", metavar="URL", help="where to; it must begin with https://")
    creating.add_argument("--type", action="append", choices=_TYPES, help="of what; may be repeated (everything)")
    creating.add_argument("--description", default="", help="what it is for")
    for verb, help_text in (
        ("delete", "remove it with its secret and its deliveries"),
        ("test", "send it an event of the type webhook.test"),
        ("rotate", "make a new secret, shown once; the one before signs for 24 hours more"),
        ("enable", "let it be told again"),
        ("disable", "let it be told of nothing until it is enabled"),
        ("deliveries", "what it was told, the newest first"),
    ):
        verbs.add_parser(verb, help=help_text).add_argument("webhook", metavar="WEBHOOK", help="as list shows it")
    changing = verbs.add_parser("change", help="let it be told at another address, or of other events")
    changing.add_argument("webhook", metavar="WEBHOOK", help="as list shows it")
    changing.add_argument("--url", metavar="URL", help="where to; it must begin with https://")
    changing.add_argument("--type", action="append", choices=_TYPES, help="of what alone; may be repeated")
    changing.add_argument("--description", metavar="TEXT", help="what it is for")
    verbs.choices["deliveries"].add_argument("--limit", type=int, default=20, help="most to show (20)")
    replaying = verbs.add_parser("replay", help="send an event again that was delivered or has failed")
    replaying.add_argument("delivery", metavar="DELIVERY", help="as deliveries shows it")
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb."""
    answer, lines = _asked(gateway(), arguments)
    print_answer(answer, lines(answer), as_json=arguments.json)
    return 0


def _asked(client: Client, arguments: argparse.Namespace) -> tuple[dict[str, Any], Lines]:
    """The gateway's answer, and what tells it in words."""
    one = f"{_PATH}/{arguments.webhook}" if "webhook" in arguments else _PATH
    match arguments.verb:
        case "list":
            return client.get(_PATH), webhook_lines
        case "create":
            wanted = {"url": arguments.url, "types": arguments.type or _TYPES, "description": arguments.description}
            return client.send("POST", _PATH, wanted), secret_lines
        case "delete":
            client.send("DELETE", one)
            return {"webhook_id": arguments.webhook}, deleted_lines
        case "rotate":
            return client.send("POST", f"{one}/rotate-secret"), secret_lines
        case "change":
            return client.send("PATCH", one, _changes(arguments)), change_lines
        case "enable" | "disable":
            return client.send("PATCH", one, {"enabled": arguments.verb == "enable"}), changed_lines
        case "deliveries":
            return client.get(f"{one}/deliveries", {"limit": arguments.limit}), delivery_lines
        case "test":
            return client.send("POST", f"{one}/test"), sent_lines
        case _:
            return client.send("POST", f"{_PATH}/deliveries/{arguments.delivery}/replay"), sent_lines


def _changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """What is given. Raises BadInput if nothing is."""
    given = {"url": arguments.url, "types": arguments.type, "description": arguments.description}
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise BadInput("Nothing is to be changed.", hint="Give --url, --type or --description.")
    return changes


def webhook_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The webhooks, two lines each."""
    for item in answer["items"]:
        yield f"{item['webhook_id']}  {item['url']}"
        state = f"off: {item['disabled_because']}" if item["disabled_because"] else "on"
        yield f"    {state}  {', '.join(item['types'])}  {item['description']}".rstrip()
    if not answer["items"]:
        yield "There are none. ./winnow webhooks create URL makes one."


def secret_lines(answer: dict[str, Any]) -> Iterator[str]:
    """A new secret, and what to know of it."""
    yield answer["secret"]
    yield "This is the only time it is shown. It signs each delivery (Standard Webhooks)."
    yield f"./winnow webhooks test {answer['webhook_id']} sends a test."


def changed_lines(answer: dict[str, Any]) -> Iterator[str]:
    """Whether the webhook gets events now, and if not, why."""
    off = answer["disabled_because"]
    yield f"{answer['webhook_id']} is off: {off}" if off else f"{answer['webhook_id']} is on."


def change_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The webhook as it is now."""
    yield from webhook_lines({"items": [answer]})


def deleted_lines(answer: dict[str, Any]) -> Iterator[str]:
    """What deleting did."""
    yield f"{answer['webhook_id']} is gone, and so are its deliveries."


def delivery_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The deliveries as a table, the newest first."""
    yield f"{'DELIVERY':<40} {'STATE':<9} {'TRIES':>5} {'LAST':<19} {'NEXT TRY':<24} {'TYPE':<16} ABOUT"
    for item in answer["items"]:
        last = item["status"] or item["error"] or ""
        yield (
            f"{item['delivery_id']:<40} {item['state']:<9} {item['tries']:>5} {last!s:<19} "
            f"{item['next_at'] or '':<24} {item['type']:<16} {item['media_id'] or ''}"
        ).rstrip()
    if answer["next_cursor"]:
        yield "There are more: --limit shows up to 100."


def sent_lines(answer: dict[str, Any]) -> Iterator[str]:
    """What comes next after it was asked to be sent."""
    yield f"{answer['delivery_id']} is on its way."
    yield f"./winnow webhooks deliveries {answer['webhook_id']} shows how it went."
