"""``winnow limits``: limits of calls to AI endpoints: what is in force and used; changes them while everything runs."""

import argparse
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_contracts.index_api.limits import LIMIT_NAMES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``limits`` and their options; without a verb it lists them."""
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    setting = verbs.add_parser("set", help="set one: the next call of any node keeps to it")
    resetting = verbs.add_parser("reset", help="let the setting hold again that the nodes were started with")
    log = verbs.add_parser("log", help="what was used, waited and was refused, minute by minute")
    log.add_argument("--minutes", type=int, default=60, help="how far back (60)")
    for changing in (setting, resetting):
        changing.add_argument("name", metavar="NAME", choices=LIMIT_NAMES, help=", ".join(LIMIT_NAMES))
        changing.add_argument("--tenant", help="calls at once of this tenant alone")
    setting.add_argument("value", type=int, metavar="VALUE", help="calls")
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="the gateway's answer as it is"
        )


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb."""
    client, lines = gateway(), limit_lines
    match arguments.verb:
        case "set":
            wanted = {"value": arguments.value, **({"tenant_id": arguments.tenant} if arguments.tenant else {})}
            answer = client.send("PUT", f"/v1/ops/limits/{arguments.name}", wanted)
        case "reset":
            tenant = f"?{urlencode({'tenant_id': arguments.tenant})}" if arguments.tenant else ""
            answer = client.send("DELETE", f"/v1/ops/limits/{arguments.name}{tenant}")
        case "log":
            answer, lines = client.get("/v1/ops/limits/log", {"minutes": arguments.minutes}), log_lines
        case _:
            answer = client.get("/v1/ops/limits")
    print_answer(answer, lines(answer), as_json=arguments.json)
    return 0


def limit_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The limits as a table."""
    yield f"{'LIMIT':<22} {'TENANT':<12} {'USED':>6} {'OF':>6} {'WAITING':>8}  {'SETTING':>7}  SET"
    for item in answer["items"]:
        value, setting = ("-" if item[name] is None else item[name] for name in ("value", "setting"))
        since = f"by key {item['set_by']}, {item['set_at']}" if item["set_at"] else ""
        yield (
            f"{item['name']:<22} {item['tenant_id'] or 'all':<12} {item['used']:>6} {value:>6} {item['waiting']:>8}  "
            f"{setting:>7}  {since}"
        ).rstrip()


def log_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The minutes as a table, oldest first."""
    yield f"{'MINUTE':<24} {'API':<10} {'TENANT':<12} {'USED':>6} {'WAITING':>8} {'REFUSED':>8}"
    for item in answer["items"]:
        yield (
            f"{item['at']:<24} {item['api']:<10} {item['tenant_id']:<12} {item['used']:>6} {item['waiting']:>8} "
            f"{item['refused']:>8}"
        )
