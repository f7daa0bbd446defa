"""``winnow journal``: shows, verifies and folds the nodes' journals, and adopts a dead node's journal."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from winnow_cli.output import print_json
from winnow_cli.text_times import counted, size, spent
from winnow_contracts.errors import Unavailable, WinnowError
from winnow_contracts.node_api import Handover, JournalSummary
from winnow_journal.inspect.checkpoint import checkpoint
from winnow_journal.inspect.verify import verify
from winnow_journal.inspect.view import open_view
from winnow_journal.values import JournalUnusable
from winnow_local.adoption import AdoptionProgress, Surroundings, adopt_journal
from winnow_local.context import amqp_url, here, service_token
from winnow_local.journals_here import JournalHere, find_journal, journals_of
from winnow_local.stack import Stack

T = TypeVar("T")
_MOST_HANDOVERS = 20
"""Shown of each journal."""
_VERBS = (
    ("show", "what each holds"),
    ("verify", "check what must be true of each"),
    ("handovers", "what became of the latest hand-overs of events to index: stored, or why not"),
    ("checkpoint", "fold the write-ahead log into the file, also while the node works"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``journal`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, help_text in _VERBS:
        looking = verbs.add_parser(verb, help=help_text)
        looking.add_argument(
            "journal", nargs="?", metavar="NODE|PATH", help="one alone; all on this machine if left out"
        )
    adopting = verbs.add_parser("adopt", help="carry out what the surviving journal of a dead node holds")
    adopting.add_argument("path", type=Path, metavar="PATH", help="the folder with its journal.db")
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb. Returns 1 if something is wrong, or a journal could not be used."""
    stack = here()
    match arguments.verb:
        case "show":
            return _show(_wanted(stack, arguments.journal), as_json=arguments.json)
        case "verify":
            return _verify(_wanted(stack, arguments.journal), as_json=arguments.json)
        case "handovers":
            return _handovers(_wanted(stack, arguments.journal), as_json=arguments.json)
        case "checkpoint":
            return _checkpoint(_wanted(stack, arguments.journal), as_json=arguments.json)
        case _:
            return _adopt(stack, arguments.path, as_json=arguments.json)


def summary_words(node: str, summary: JournalSummary) -> str:
    """One journal in two lines."""
    tasks = ", ".join(f"{number} {state}" for state, number in sorted(summary.tasks.items())) or "no tasks"
    owner = "a process owns it" if summary.living else "no process owns it"
    waits = f" for {spent(summary.oldest_unconfirmed_ms)}" if summary.unconfirmed else ""
    why = f". Last: {summary.handover_error}" if summary.handover_error else ""
    suspects = f", {summary.suspects} suspect" if summary.suspects else ""
    return (
        f"{node:<14} {summary.journal_id}  {owner}  {size(summary.database_bytes)} + {size(summary.wal_bytes)} log\n"
        f"{'':<14} {tasks}{suspects}; commands: {summary.unconfirmed} unconfirmed{waits}, {summary.kept} kept;"
        f" events: {summary.unapplied} not applied by index{why}"
    )


def _wanted(stack: Stack, named: str | None) -> tuple[JournalHere, ...]:
    if named:
        return (find_journal(stack.home, named),)
    found = journals_of(stack.home)
    if not found:
        raise Unavailable("There is no journal here.", dependency="journal", hint="./winnow up starts nodes.")
    return found


def _show(journals: tuple[JournalHere, ...], *, as_json: bool) -> int:
    def summary(folder: Path) -> JournalSummary:
        with open_view(folder) as view:
            return view.summary()

    found = _of_each(journals, summary)
    if as_json:
        print_json({node: asdict(one) for node, one in found.items()})
    else:
        for node, one in found.items():
            print(summary_words(node, one))
    return 0 if len(found) == len(journals) else 1


def _handovers(journals: tuple[JournalHere, ...], *, as_json: bool) -> int:
    def latest(folder: Path) -> list[Handover]:
        with open_view(folder) as view:
            return view.handovers(_MOST_HANDOVERS)

    found = _of_each(journals, latest)
    if as_json:
        print_json({node: [asdict(one) for one in each] for node, each in found.items()})
    else:
        for node, each in found.items():
            for one in each:
                print(f"{node:<14} {handover_words(one)}")
    return 0 if len(found) == len(journals) else 1


def handover_words(one: Handover) -> str:
    """One hand-over in a line."""
    at = datetime.fromtimestamp(one.at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    came_of_it = one.error or f"stored up to {one.applied_seq:,}"
    return f"{at}  sent up to {one.sent_seq:,}: {came_of_it}"


def _checkpoint(journals: tuple[JournalHere, ...], *, as_json: bool) -> int:
    found = _of_each(journals, checkpoint)
    if as_json:
        print_json({node: asdict(folded) for node, folded in found.items()})
    else:
        for node, folded in found.items():
            print(f"{node:<14} log of {size(folded.wal_bytes_before)} folded, {size(folded.wal_bytes_after)} left")
    return 0 if len(found) == len(journals) else 1


def _of_each(journals: tuple[JournalHere, ...], ask: Callable[[Path], T]) -> dict[str, T]:
    """What ``ask`` returns for the folder of each journal, by node. Says on stderr which cannot be used."""
    found = {}
    for journal in journals:
        try:
            found[journal.node] = ask(journal.folder)
        except JournalUnusable as error:
            print(f"{journal.node}: {error}", file=sys.stderr)
    return found


def _verify(journals: tuple[JournalHere, ...], *, as_json: bool) -> int:
    wrong = {journal.node: verify(journal.folder) for journal in journals}
    if as_json:
        print_json(wrong)
    else:
        for node, sentences in wrong.items():
            for sentence in sentences or ("All is well.",):
                print(f"{node:<14} {sentence}")
    return 1 if any(wrong.values()) else 0


def _adopt(stack: Stack, path: Path, *, as_json: bool) -> int:
    def tell(progress: AdoptionProgress) -> None:
        if not as_json:
            print(
                f"  {counted(progress.unconfirmed, 'command')} and {counted(progress.unapplied, 'event')} to go",
                flush=True,
            )

    if not stack.runs():
        raise Unavailable("The stack does not run.", dependency="runner", hint="Start it with ./winnow up.")
    around = Surroundings(
        amqp_url=amqp_url(stack), index_url=stack.plan().url("index_api"), service_token=service_token(stack)
    )
    try:
        result = adopt_journal(path, around, tell)
    except JournalUnusable as error:
        raise WinnowError(
            f"{str(error)[0].upper()}{str(error)[1:]}", hint="./winnow journal verify looks at it."
        ) from error
    if as_json:
        print_json({**asdict(result), "folder": str(result.folder)})
        return 0
    print(
        f"All of it is out: {counted(result.commands, 'command')} confirmed, {counted(result.events, 'event')} applied,"
        f" {counted(result.released, 'running task')} released. It is kept as {result.folder}."
    )
    if result.kept:
        print(f"The broker alone now holds {counted(result.kept, 'command')} of it: their jobs have not ended.")
        print(f"Should the broker lose its data before, ./winnow journal adopt {result.folder} sends them again.")
    return 0
