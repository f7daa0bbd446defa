"""``winnow reprocess``: processes recordings and photos again from a stage on."""

import argparse
import sys
from typing import Any

from winnow_cli.output import print_json
from winnow_cli.profile import gateway
from winnow_client import Client
from winnow_client.errors import WinnowError
from winnow_contracts.commands import Reprocess
from winnow_contracts.photo import GUIDANCE_LANGUAGES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``reprocess``."""
    parser.add_argument("media", nargs="+", metavar="ID", help="ids of recordings or photos: med_…")
    parser.add_argument(
        "--from",
        dest="stage",
        choices=[stage.value for stage in Reprocess],
        default=Reprocess.EMBED.value,
        help="of recordings, transcribe: write down anew what is said; embed: vectors of the present model (embed);"
        " of photos, classify: look anew what it is; guidance: find anew where it goes",
    )
    parser.add_argument(
        "--replace-captions",
        action="store_true",
        help="with --from transcribe: also where the text came as captions, which otherwise stays",
    )
    parser.add_argument("--explain-in", choices=GUIDANCE_LANGUAGES, help="of photos: another language of the steps")
    parser.add_argument("--region", metavar="ID", help="of photos: by the rules of another region")
    parser.add_argument("--json", action="store_true", help="the gateway's answer for each, or its refusal")


def run(arguments: argparse.Namespace) -> int:
    """Requests a further run of each. Returns 1 if one was refused."""
    client = gateway()
    wish = _wish(arguments)
    results = [_reprocess(client, media_id, wish) for media_id in arguments.media]
    if arguments.json:
        print_json(results)
    else:
        for result in results:
            _say(result)
    return 1 if any("error" in result for result in results) else 0


def _wish(arguments: argparse.Namespace) -> dict[str, Any]:
    """From which stage on, and how, as the API takes it."""
    given = {
        "from": arguments.stage,
        "replace_captions": arguments.replace_captions or None,
        "language": arguments.explain_in,
        "region": arguments.region,
    }
    return {name: value for name, value in given.items() if value is not None}


def _reprocess(client: Client, media_id: str, wish: dict[str, Any]) -> dict[str, Any]:
    """Requests one run; a refusal does not stop the next."""
    try:
        return {"id": media_id, "answer": client.send("POST", f"/v1/media/{media_id}/reprocess", wish)}
    except WinnowError as error:
        return {"id": media_id, "error": error.to_json()}


def _say(result: dict[str, Any]) -> None:
    media_id, error = result["id"], result.get("error")
    if error:
        print(f"{media_id}: {error['detail'].rstrip('.')}. {error['hint']}".strip(), file=sys.stderr)
    else:
        print(f"{media_id} is processed again. ./winnow trace {result['answer']['id']} shows how it goes on.")
