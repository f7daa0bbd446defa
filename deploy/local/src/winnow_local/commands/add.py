"""``winnow add``: uploads files."""

import argparse
import sys
from pathlib import Path
from typing import Any

from winnow_contracts.errors import WinnowError
from winnow_local.context import print_json
from winnow_local.following import failure, follow, upload
from winnow_local.foreground import say
from winnow_local.gateway_client import GatewayClient, client_of
from winnow_local.local_files import readable
from winnow_local.settings import read_settings
from winnow_local.stack import Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``add``."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--wait", action="store_true", help="wait until each file can be searched, and show its stages")
    parser.add_argument("--json", action="store_true", help="a JSON list, one object per file")


def run(arguments: argparse.Namespace) -> int:
    """Upload one after the other; a file that fails does not keep the next from being sent. 1 if one failed."""
    stack = Stack(read_settings())
    client = client_of(stack.home, stack.gateway_url)
    accepted = [_send(client, file, quiet=arguments.json) for file in arguments.files]
    results = [_end(client, result, arguments) for result in accepted]
    if arguments.json:
        print_json(results)
    return 1 if any(result.get("error") for result in results) else 0


def _send(client: GatewayClient, file: Path, *, quiet: bool) -> dict[str, Any]:
    result: dict[str, Any] = {"file": readable(file)}
    try:
        answer = upload(client, file)
    except WinnowError as error:
        return _failed(result, error)
    if not quiet:
        say(f"{_name(result)}: accepted as {answer['media_id']}, job {answer['job_id']}")
    return {**result, "media_id": answer["media_id"], "job_id": answer["job_id"]}


def _end(client: GatewayClient, result: dict[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    if result.get("error") or not arguments.wait:
        return result
    if not arguments.json:
        say(f"{_name(result)}:")
    try:
        job = follow(client, result["job_id"], (lambda line: None) if arguments.json else say)
    except WinnowError as error:
        return _failed(result, error)
    if job["status"] != "done":
        print(f"{_name(result)}: {failure(job)}", file=sys.stderr)
        return {**result, "status": job["status"], "error": job.get("error") or {"code": job["status"]}}
    return {**result, "status": "done"}


def _failed(result: dict[str, Any], error: WinnowError) -> dict[str, Any]:
    print(f"{_name(result)}: {error.detail} {error.hint}".strip(), file=sys.stderr)
    return {**result, "error": error.to_json()}


def _name(result: dict[str, Any]) -> str:
    return Path(result["file"]).name
