"""``winnow reprocess``: processes recordings and photos again from a stage on, by id or all that match."""

import argparse
import sys
from typing import Any

from winnow_cli.media_filters import add_filters, given_filters
from winnow_cli.output import print_answer, print_json, say_aside
from winnow_cli.profile import gateway
from winnow_client import Client
from winnow_client.errors import BadInput, WinnowError
from winnow_contracts.commands import Reprocess
from winnow_contracts.photo import GUIDANCE_LANGUAGES

_TOLD = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``reprocess``."""
    parser.add_argument("media", nargs="*", metavar="ID", help="ids of recordings or photos: med_…; or all that match:")
    add_filters(parser)
    parser.add_argument("--dry-run", action="store_true", help="of all that match: only say how many there are")
    parser.add_argument(
        "--from",
        dest="stage",
        choices=[stage.value for stage in Reprocess],
        help="of recordings, transcribe: write down anew what is said; embed: vectors of the present model (embed);"
        " of photos, classify: look anew what it is; guidance: find anew where it goes (guidance with --kind photo)",
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
    """Requests further runs. Returns 1 if one was refused. Raises BadInput unless either ids or filters are given."""
    client, filters, wish = gateway(), given_filters(arguments), _wish(arguments)
    if bool(arguments.media) == bool(filters):
        raise BadInput(
            "Name the recordings or photos, or say which: not both.",
            hint="For example --kind recording, or --tag lectures --dry-run.",
        )
    if arguments.media:
        return _named(client, arguments, wish)
    if arguments.dry_run:
        answer = client.send("POST", "/v1/media:reprocess", {"filter": filters, **wish, "dry_run": True})
        print_answer(answer, [_count(answer["matches"], wish["from"])], as_json=arguments.json)
        return 0
    return _matching(client, {"filter": filters, **wish}, as_json=arguments.json)


def _wish(arguments: argparse.Namespace) -> dict[str, Any]:
    """From which stage on, and how, as the API takes it."""
    given = {
        "from": arguments.stage or (Reprocess.GUIDANCE if arguments.kind == "photo" else Reprocess.EMBED).value,
        "replace_captions": arguments.replace_captions or None,
        "language": arguments.explain_in,
        "region": arguments.region,
    }
    return {name: value for name, value in given.items() if value is not None}


def _named(client: Client, arguments: argparse.Namespace, wish: dict[str, Any]) -> int:
    if arguments.dry_run:
        raise BadInput("--dry-run is about all that match, and ids are named.", hint="Leave one of the two out.")
    results = [_reprocess(client, media_id, wish) for media_id in arguments.media]
    if arguments.json:
        print_json(results)
    else:
        for result in results:
            _say(result)
    return 1 if any("error" in result for result in results) else 0


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


def _matching(client: Client, wanted: dict[str, Any], *, as_json: bool) -> int:
    """Requests a run of each that matches, a slice at a time. Returns 1 if one was refused."""
    done, refused, refusals = 0, 0, []
    place: dict[str, Any] = {}
    while True:
        part = client.send("POST", "/v1/media:reprocess", {**wanted, **place})
        done, refused = done + part["done"], refused + part["refused"]
        refusals += part["refusals"]
        if part["next_cursor"] is None:
            break
        place = {"audit_id": part["audit_id"], "cursor": part["next_cursor"]}
        say_aside(f"{done} requested, {refused} refused")
    answer = {"audit_id": part["audit_id"], "done": done, "refused": refused, "refusals": refusals}
    told = [f"{one['target']}: {one['detail']}" for one in refusals[:_TOLD]]
    summary = f"{done} are processed again, {refused} were refused. ./winnow jobs shows how they go on."
    print_answer(answer, [*told, summary], as_json=as_json)
    return 1 if refused else 0


def _count(matches: dict[str, Any], stage: str) -> str:
    at_least = "at least " if matches["relation"] == "gte" else ""
    return f"{at_least}{matches['value']} would be processed again from {stage}. Nothing was done."
