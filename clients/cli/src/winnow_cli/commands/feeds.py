"""``winnow feeds``: podcast feeds whose new episodes become recordings by themselves."""

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_client import Client
from winnow_client.errors import BadInput
from winnow_contracts.feeds import FIRST_EPISODES

_PATH = "/v1/feeds"
Lines = Callable[[dict[str, Any]], Iterator[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``feeds`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    adding = verbs.add_parser("add", help="subscribe to a feed; its newest episodes are taken at once")
    adding.add_argument("url", metavar="URL", help="the feed's address, which is not shown again")
    adding.add_argument("--keep", type=int, metavar="N", help=f"how many of the newest to take now ({FIRST_EPISODES})")
    adding.add_argument("--since", metavar="DATE", help="take all that were published since, such as 2026-11-30")
    verbs.add_parser("list", help="every feed of your account")
    for verb, help_text in (
        ("show", "its last and next look, and its newest recordings"),
        ("check", "look at it now"),
        ("remove", "take nothing more of it; its recordings stay"),
    ):
        verbs.add_parser(verb, help=help_text).add_argument("feed", metavar="FEED", help="as list shows it")
    changing = verbs.add_parser("change", help="its address, its name, or which of its episodes are taken")
    changing.add_argument("feed", metavar="FEED", help="as list shows it")
    changing.add_argument("--url", help="another address; no episode comes twice")
    changing.add_argument("--keep", type=int, metavar="N", help="take the newest N, also those that were passed over")
    changing.add_argument("--since", metavar="DATE", help="take all that were published since")
    changing.add_argument("--name", help="what to call it; empty: as the feed says")
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb."""
    answer, lines = _asked(gateway(), arguments)
    print_answer(answer, lines(answer), as_json=arguments.json)
    return 0


def _asked(client: Client, arguments: argparse.Namespace) -> tuple[dict[str, Any], Lines]:
    """The gateway's answer, and what tells it in words."""
    one = f"{_PATH}/{arguments.feed}" if "feed" in arguments else _PATH
    match arguments.verb:
        case "add":
            return client.send("POST", _PATH, _given(arguments, "url", "keep", "since")), added_lines
        case "list":
            return client.get(_PATH), list_lines
        case "show":
            return client.get(one), show_lines
        case "change":
            return client.send("PATCH", one, _changes(arguments)), feed_lines
        case "check":
            return client.send("POST", f"{one}/check"), feed_lines
        case _:
            client.send("DELETE", one)
            return {"feed_id": arguments.feed}, removed_lines


def _given(arguments: argparse.Namespace, *names: str) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}


def _changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """What is given of a change. Raises BadInput if nothing is."""
    given = _given(arguments, "url", "keep", "since", "name")
    if not given:
        raise BadInput("Nothing is to be changed.", hint="Give --url, --keep, --since or --name.")
    return given


def added_lines(answer: dict[str, Any]) -> Iterator[str]:
    """What the first look takes, and how to follow it."""
    yield f"{answer['feed_id']}  {answer['host']}"
    since = f" that were published since {answer['since']}" if answer["since"] else ""
    if answer["keep"] is None:
        yield f"The first look takes all episodes{since}."
    else:
        yield f"The first look takes the newest {answer['keep']}{since}; older ones are passed over."
    yield f"./winnow feeds show {answer['feed_id']} shows how it goes."


def list_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The feeds, some lines each."""
    for item in answer["items"]:
        yield from feed_lines(item)
    if not answer["items"]:
        yield "There are none. ./winnow feeds add URL adds one."


def feed_lines(item: dict[str, Any]) -> Iterator[str]:
    """A feed: what it is, when it is looked at, what was taken, and what was wrong."""
    yield f"{item['feed_id']}  {item['name'] or item['host']}"
    last = f"looked at {item['looked_at']}" if item["looked_at"] else "not looked at yet"
    following = "a look is under way" if item["looking"] else f"next {item['next_look_at']}"
    yield f"    {last}, {following}"
    counts = f"{item['episodes_taken']} taken, {item['episodes_passed_over']} older ones passed over"
    yield f"    episodes: {counts}, {item['episodes_waiting']} waiting"
    if item["problem"]:
        yield f"    {item['problem']}"


def show_lines(answer: dict[str, Any]) -> Iterator[str]:
    """A feed, and the episodes that became recordings, the newest first."""
    yield from feed_lines(answer)
    for episode in answer["episodes"]:
        yield f"{episode['media_id']}  {episode['published_at'] or '-':<24}  {episode['title']}"


def removed_lines(answer: dict[str, Any]) -> Iterator[str]:
    """What removing did."""
    yield f"{answer['feed_id']} is removed. Its recordings stay."
