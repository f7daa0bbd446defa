"""``winnow dead``: lists tasks that failed for good, replays them, or discards them."""

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from winnow_cli.output import print_answer, print_json
from winnow_cli.profile import gateway
from winnow_client import Client
from winnow_client.errors import Misconfigured, WinnowError

_PAGE = 100
_DONE = {"replay": "runs again", "discard": "is put away"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``dead`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="the dead tasks, newest first")
    listing.add_argument("--actor", help="only of this actor, such as ai.transcribe_audio")
    listing.add_argument("--tenant", help="only of this tenant")
    listing.add_argument("--limit", type=int, default=20, help="most tasks to show (20)")
    showing = verbs.add_parser("show", help="one with its command, its error and its attempts")
    showing.add_argument("task", metavar="TASK", help="the task's id")
    for verb, help_text in (
        ("replay", "begin the job's next run at these tasks"),
        ("discard", "take these from the list; their jobs stay failed"),
    ):
        acting = verbs.add_parser(verb, help=help_text)
        acting.add_argument("tasks", nargs="*", metavar="TASK", help="ids")
        acting.add_argument("--all", action="store_true", help="all that --actor and --tenant match, or all there are")
        acting.add_argument("--actor", help="with --all: only of this actor")
        acting.add_argument("--tenant", help="with --all: only of this tenant")
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument("--json", action="store_true", help="the gateway's answers as they are")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb. Returns 1 if one of several tasks was refused."""
    client = gateway()
    match arguments.verb:
        case "list":
            return _list(client, arguments)
        case "show":
            return _show(client, arguments)
        case verb:
            return _act(client, verb, arguments)


def dead_line(item: dict[str, Any]) -> str:
    """One dead task as a line."""
    tries = f"{item['attempts']} attempt{'' if item['attempts'] == 1 else 's'}"
    problem = item.get("problem") or {}
    code = f" ({problem['code']})" if problem.get("code") else ""
    return f"{item['task_id']}  {item['ended_at']}  {item['actor']:<24} {tries}  {problem.get('detail', '')}{code}"


def dead_words(item: dict[str, Any]) -> Iterator[str]:
    """One dead task in full."""
    yield dead_line({**item, "attempts": len(item["attempts"])})
    yield f"  job {item['job_id']}, run {item['run']}, lane {item['queue']}"
    for attempt in item["attempts"]:
        yield "  attempt " + ", ".join(f"{name} {value}" for name, value in attempt.items() if value not in (None, ""))
    yield f"  command {item['command']}"
    if item.get("trace"):
        yield from (f"  {line}" for line in item["trace"].rstrip().splitlines())
    if item.get("replayable", True):
        yield f"./winnow dead replay {item['task_id']} runs it again."
    else:
        yield "It cannot be run again: its command is not kept."


def _list(client: Client, arguments: argparse.Namespace) -> int:
    answer = client.get("/v1/ops/dead", {"limit": arguments.limit, **_which(arguments)})
    print_answer(answer, _page_lines(answer), as_json=arguments.json)
    return 0


def _page_lines(answer: dict[str, Any]) -> Iterator[str]:
    yield from map(dead_line, answer["items"])
    if not answer["items"]:
        yield "No task is dead."
    elif answer.get("next_cursor"):
        yield f"There are more than {len(answer['items'])}; --limit shows them."


def _show(client: Client, arguments: argparse.Namespace) -> int:
    item = client.get(f"/v1/ops/dead/{arguments.task}")
    print_answer(item, dead_words(item), as_json=arguments.json)
    return 0


def _act(client: Client, verb: str, arguments: argparse.Namespace) -> int:
    if bool(arguments.tasks) == arguments.all:
        raise Misconfigured("Name the tasks, or say --all.", hint="./winnow dead list shows them.")
    tasks = _ids(client, _which(arguments)) if arguments.all else arguments.tasks
    say: Callable[[str], None] = (lambda line: None) if arguments.json else print
    results = [_act_on(client, verb, task_id, say) for task_id in tasks]
    if arguments.json:
        print_json(results)
    elif not tasks:
        print("No task is dead.")
    return 1 if any(result.get("error") for result in results) else 0


def _act_on(client: Client, verb: str, task_id: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Acts on one task; a refusal does not stop the next."""
    try:
        answer = client.send("POST", f"/v1/ops/dead/{task_id}/{verb}")
    except WinnowError as error:
        say(f"{task_id}: {error.detail} {error.hint}".strip())
        return {"task_id": task_id, "error": error.to_json()}
    say(f"{task_id} {_DONE[verb]}.")
    return {"task_id": task_id, "answer": answer}


def _which(arguments: argparse.Namespace) -> dict[str, str | None]:
    """The filters that were given."""
    return {"actor": arguments.actor, "tenant_id": arguments.tenant}


def _ids(client: Client, which: dict[str, str | None]) -> list[str]:
    """Reads all ids before any task is acted on: acting changes the list."""
    ids: list[str] = []
    cursor: str | None = None
    while True:
        page = client.get("/v1/ops/dead", {"limit": _PAGE, "cursor": cursor, **which})
        ids += [item["task_id"] for item in page["items"]]
        cursor = page.get("next_cursor")
        if not cursor:
            return ids
