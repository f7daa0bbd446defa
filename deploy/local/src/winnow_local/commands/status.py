"""``winnow status``: each part with its state and address."""

import argparse
import json
from typing import Any

from winnow_local.settings import read_settings
from winnow_local.stack import PartStatus, Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``status``."""
    parser.add_argument(
        "--json", action="store_true", help="as JSON: home, key_file, gateway.url, parts.NAME.state|url|pid"
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints the states; returns 0 if the gateway runs, else 3, the LSB exit code of a stopped service."""
    stack = Stack(read_settings())
    statuses = stack.statuses()
    if arguments.json:
        print(json.dumps(as_json(stack, statuses), indent=2))
    elif not statuses:
        print("It was never started here. ./winnow up starts it.")
    else:
        for status in statuses:
            print(f"{status.name:<14} {status.state:<10} {status.url}")
    return 0 if any(status.name == "gateway" and status.state == "running" for status in statuses) else 3


def as_json(stack: Stack, statuses: tuple[PartStatus, ...]) -> dict[str, Any]:
    """What ``--json`` prints."""
    parts = {status.name: {"state": status.state, "url": status.url, "pid": status.pid} for status in statuses}
    gateway = parts.get("gateway", {"state": "stopped", "url": stack.gateway_url, "pid": 0})
    return {
        "home": str(stack.home.root),
        "key_file": str(stack.home.admin_key),
        "gateway": gateway,
        "parts": parts,
    }
