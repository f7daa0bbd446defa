"""``winnow tasks``: lists tasks of all tenants by any filter, shows one, or acts on all that match."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer, print_json, say_aside
from winnow_cli.profile import gateway
from winnow_cli.times import instant
from winnow_client import Client
from winnow_client.errors import BadInput

_FILTERS = {
    "state": "pending, running, retry_wait, completed, cancelled or dead",
    "actor": "only of this actor, such as ai.transcribe_audio",
    "queue": "only of this lane",
    "node": "only of this node",
    "tenant": "only of this tenant",
    "text": "a part of the last error, or a whole id of a task, job or media",
    "since": "enqueued since then: 2h, 15min, 3d, or a time",
    "until": "enqueued before then",
}
_MOST_PAGES = 50
_TOLD = 10
ACTIONS = ("retry", "cancel", "replay", "discard")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``tasks``."""
    parser.add_argument(
        "task",
        nargs="?",
        metavar="TASK|ACTION",
        help="the id of one task, to show all of it; or retry, cancel, replay or discard all that match",
    )
    for name, about in _FILTERS.items():
        parser.add_argument(f"--{name}", help=about)
    parser.add_argument("--limit", type=int, default=20, help="most tasks to show (20)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints the tasks that match, newest first, or one task."""
    client = gateway()
    if arguments.task in ACTIONS:
        return _act(client, arguments.task, wanted(arguments), as_json=arguments.json)
    if arguments.task:
        answer = client.get(f"/v1/ops/tasks/{arguments.task}")
        lines = task_words(answer)
    else:
        answer = _matching(client, wanted(arguments), arguments.limit)
        lines = _page_lines(answer, arguments.limit)
    print_answer(answer, lines, as_json=arguments.json)
    return 0


def wanted(arguments: argparse.Namespace) -> dict[str, str]:
    """The filters that were given, under the API's names. Raises BadInput for a time that is none."""
    given = {name: getattr(arguments, name) for name in _FILTERS if getattr(arguments, name) is not None}
    times: dict[str, str] = {name: instant(given[name]) for name in ("since", "until") if name in given}
    tenant = {"tenant_id": given.pop("tenant")} if "tenant" in given else {}
    return {**given, **tenant, **times}


def task_line(task: dict[str, Any]) -> str:
    """One task as a line."""
    error = f"  {task['error']['detail']}" if task.get("error") else ""
    took = "" if task["run_ms"] is None else f"{task['run_ms'] / 1000:.1f} s"
    return (
        f"{task['task_id']}  {task['enqueued_at'] or task['started_at'] or '':<24}  {task['state']:<10} "
        f"{task['actor']:<24} {task['node']:<12} {took:>9}{error}"
    )


def task_words(task: dict[str, Any]) -> Iterator[str]:
    """One task in full."""
    yield task_line(task)
    yield f"  job {task['job_id']}, run {task['run']}, lane {task['queue']}, tenant {task['tenant_id']}"
    if task.get("track") == "outcome":
        yield "  only ends are recorded, as its job asked: a start is the end less what the attempt took"
    if task["wait_ms"] is not None:
        yield f"  waited {task['wait_ms'] / 1000:.1f} s"
    for attempt in task["attempts_made"]:
        error = f": {attempt['error']['detail']}" if attempt["error"] else ""
        yield (
            f"  attempt {attempt['number']} on {attempt['node']} ({attempt['why'] or 'cause not recorded'}): "
            f"{attempt['started_at'] or ''} {attempt['outcome'] or 'runs'}{error}"
        )
    for step in task["steps"]:
        again = ", used again" if step["reused"] else ""
        took = "" if step["duration_ms"] is None else f"  {step['duration_ms']} ms"
        yield f"  step {step['name']}{took}{again}"
    yield f"  arguments {task['arguments'] if task['arguments'] is not None else 'are not kept any more'}"
    yield from (f"  {line}" for line in task["trace"].rstrip().splitlines())
    if task["replayable"]:
        yield f"./winnow dead replay {task['task_id']} runs it again."
    yield f"./winnow trace {task['job_id']} shows its whole job."


def _act(client: Client, action: str, filters: dict[str, str], *, as_json: bool) -> int:
    """Acts on all that match, a slice at a time. Returns 1 if one was refused."""
    if not filters:
        raise BadInput(f"Say which tasks to {action}.", hint="For example --actor ai.transcribe_audio --since 2h.")
    done, refused, refusals = 0, 0, []
    place: dict[str, Any] = {}
    while True:
        part = client.send("POST", f"/v1/ops/tasks:{action}", {"filter": filters, **place})
        done, refused = done + part["done"], refused + part["refused"]
        refusals += part["refusals"]
        if part["next_cursor"] is None:
            break
        place = {"audit_id": part["audit_id"], "cursor": part["next_cursor"]}
        say_aside(f"{done} done, {refused} refused")
    if as_json:
        print_json({"audit_id": part["audit_id"], "done": done, "refused": refused, "refusals": refusals})
    else:
        for one in refusals[:_TOLD]:
            print(f"{one['target']}: {one['detail']}")
        print(f"{action}: {done} done, {refused} refused. ./winnow audit has it as number {part['audit_id']}.")
    return 1 if refused else 0


def _matching(client: Client, filters: dict[str, str], limit: int) -> dict[str, Any]:
    """As many tasks as wanted. A page may be short though more match: then the next ones are asked for too."""
    items: list[dict[str, Any]] = []
    cursor, looked_until = None, None
    for _ in range(_MOST_PAGES):
        page = client.get("/v1/ops/tasks", {**filters, "limit": min(limit - len(items), 100), "cursor": cursor})
        items += page["items"]
        cursor, looked_until = page["next_cursor"], page["looked_until"]
        if cursor is None or len(items) >= limit:
            break
    return {"items": items, "next_cursor": cursor, "looked_until": looked_until}


def _page_lines(answer: dict[str, Any], limit: int) -> Iterator[str]:
    yield from (task_line(task) for task in answer["items"])
    if answer["looked_until"]:
        yield f"Looked at tasks back to {answer['looked_until']}; --until that time looks further."
    elif answer["next_cursor"]:
        yield f"There are more than {limit}; --limit shows them."
    elif not answer["items"]:
        yield "No task matches."
