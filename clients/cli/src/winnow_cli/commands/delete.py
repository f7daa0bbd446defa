"""``winnow delete``: deletes recordings and photos for good."""

import argparse
import sys
from typing import Any

from winnow_cli.output import print_json, say_aside
from winnow_cli.profile import gateway
from winnow_client import Client
from winnow_client.errors import BadInput, WinnowError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``delete``."""
    parser.add_argument("media", nargs="+", metavar="ID", help="ids of recordings or photos: med_…")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="what became of each")


def run(arguments: argparse.Namespace) -> int:
    """Deletes each with everything that was made of it, running or not. Returns 1 if one was refused.

    Raises BadInput unless a person says yes.
    """
    _ask(arguments)
    client = gateway()
    results = [_delete(client, media_id) for media_id in arguments.media]
    if arguments.json:
        print_json(results)
    else:
        for result in results:
            _say(result)
    return 1 if any("error" in result for result in results) else 0


def _ask(arguments: argparse.Namespace) -> None:
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise BadInput("Nothing was deleted: nobody can be asked here.", hint="Add --yes.")
    say_aside(f"Delete {', '.join(arguments.media)} with everything that was made of it? It cannot be undone. [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise BadInput("Nothing was deleted.", hint="Answer y, or add --yes.")


def _delete(client: Client, media_id: str) -> dict[str, Any]:
    """Deletes one; a refusal does not stop the next. One that was deleted before is no refusal."""
    try:
        client.send("DELETE", f"/v1/media/{media_id}")
    except WinnowError as error:
        if error.code != "gone":
            return {"id": media_id, "error": error.to_json()}
    return {"id": media_id, "status": "deleted"}


def _say(result: dict[str, Any]) -> None:
    media_id, error = result["id"], result.get("error")
    if error:
        print(f"{media_id}: {error['detail'].rstrip('.')}. {error['hint']}".strip(), file=sys.stderr)
    else:
        print(f"{media_id} is deleted. Its files are gone within minutes.")
