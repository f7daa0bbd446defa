"""``winnow tenants``: what each tenant stores and spends; sets how much a tenant may store, while everything runs."""

import argparse
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from winnow_cli.commands.usage import usage_lines
from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_plots import bar
from winnow_cli.text_times import size

_QUOTA = "/v1/ops/tenants/quota"
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_BAR_WIDTH = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``tenants`` and their options; without a verb it lists them."""
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    setting = verbs.add_parser("quota", help="set how much a tenant may store; what is stored stays")
    lifting = verbs.add_parser("lift", help="let a tenant store as much as it wants")
    for changing in (setting, lifting):
        changing.add_argument("tenant", metavar="TENANT")
        changing.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="the gateway's answer as it is"
        )
    setting.add_argument("quota", type=read_size, metavar="SIZE", help="bytes, or such as 500MB or 2GB")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb."""
    client, lines = gateway(), usage_lines
    match arguments.verb:
        case "quota":
            answer = client.send("PUT", _QUOTA, {"tenant_id": arguments.tenant, "quota_bytes": arguments.quota})
        case "lift":
            answer = client.send("DELETE", f"{_QUOTA}?{urlencode({'tenant_id': arguments.tenant})}")
        case _:
            answer, lines = client.get("/v1/ops/tenants"), tenant_lines
    print_answer(answer, lines(answer), as_json=arguments.json)
    return 0


def tenant_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The tenants as a table."""
    yield _row("TENANT", "STORED", "OF", "", "RECORDINGS", "PHOTOS", "REQUESTS", "MONTH $")
    for one in answer["items"]:
        stored, quota = one["stored_bytes"], one["quota_bytes"]
        yield _row(
            one["tenant_id"],
            size(stored),
            "-" if quota is None else size(quota),
            bar(min(stored, quota), quota, _BAR_WIDTH) if quota else "",
            f"{one['recordings']:,}",
            f"{one['photos']:,}",
            f"{one['requests']:,}",
            f"{one['spent_usd']:.4f}",
        )


def _row(tenant: str, stored: str, of: str, drawn: str, recordings: str, photos: str, requests: str, spent: str) -> str:
    sizes = f"{stored:>10} {of:>10}  {drawn:<{_BAR_WIDTH}}"
    return f"{tenant:<20} {sizes} {recordings:>10} {photos:>8} {requests:>11} {spent:>11}"


def read_size(text: str) -> int:
    """Bytes of a size such as ``2GB``; units are powers of a thousand. Raises ArgumentTypeError."""
    found = re.fullmatch(r"([0-9]{1,16}) ?([kKMGT]?B?)", text)
    if found is None or found[2].upper() not in _UNITS:
        raise argparse.ArgumentTypeError(f"it must be bytes, or such as 500MB or 2GB, not {text!r}")
    return int(found[1]) * _UNITS[found[2].upper()]
