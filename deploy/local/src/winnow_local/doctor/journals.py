"""Checks that this machine's journals are sound, that their rows leave, and that each belongs to a node."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from winnow_cli.text_times import counted, spent
from winnow_contracts.node_api import JournalSummary
from winnow_journal.inspect.verify import verify
from winnow_journal.inspect.view import open_view
from winnow_journal.values import JournalUnusable
from winnow_local.doctor.finding import RESTART, DoctorFinding
from winnow_local.journals_here import JournalHere

_LATE_MS = 60_000
"""While broker and index work, a command is confirmed and an event applied within a second."""


def summaries(journals: Iterable[JournalHere]) -> dict[JournalHere, JournalSummary]:
    """What each journal holds; unreadable ones are left to ``look``."""
    found: dict[JournalHere, JournalSummary] = {}
    for journal in journals:
        try:
            with open_view(journal.folder) as view:
                found[journal] = view.summary()
        except JournalUnusable:
            continue
    return found


def look(
    journals: Iterable[JournalHere], known: dict[JournalHere, JournalSummary], nodes: frozenset[str]
) -> Iterator[DoctorFinding]:
    """Findings of each journal; ``nodes`` are those that this stack would run."""
    for journal in journals:
        yield from (_unsound(journal.node, sentence) for sentence in verify(journal.folder))
        if journal in known:
            yield from _held(journal, known[journal], is_ours=journal.node in nodes)


def dead_letter(files: Iterable[Path]) -> Iterator[DoctorFinding]:
    """Journals that were unreadable at a start; the broker has what they held, or index lists it as unknown."""
    for file in files:
        yield DoctorFinding(
            kind="journal_set_aside",
            what=file.parent.parent.name,
            detail=f"Its journal could not be read, was set aside as {file.name}, and a fresh one was begun.",
            mend=f"rm {file}*",
        )


def adopted(journals: Iterable[JournalHere]) -> Iterator[DoctorFinding]:
    """Adopted journals that still keep commands: nothing is wrong, but they are not sent again automatically."""
    for journal, summary in summaries(journals).items():
        if summary.kept:
            yield DoctorFinding(
                kind="journal_adopted",
                what=journal.node,
                detail=f"It was adopted and keeps {counted(summary.kept, 'command')} of jobs that were open then; no"
                f" process works with it. Once those jobs have ended, {journal.folder} can be removed.",
            )


def compare(known: Iterable[JournalSummary], at_index: Iterable[dict[str, object]]) -> Iterator[DoctorFinding]:
    """Findings where a journal and index's record of it disagree."""
    here = {summary.journal_id: summary for summary in known}
    for item in at_index:
        summary = here.get(str(item["journal_id"]))
        if summary is None:
            continue
        applied_seq = int(str(item["applied_seq"]))
        if applied_seq > summary.last_seq:
            yield DoctorFinding(
                kind="journal_behind_index",
                what=summary.node,
                detail=f"Index has events up to number {applied_seq} of its journal, which ends at {summary.last_seq}:"
                " the file is an older copy.",
                mend=f"./winnow down, then ./winnow up --without {summary.node} --detach"
                f" && ./winnow journal adopt {summary.folder}",
            )
        if item.get("lost_at") and summary.living:
            yield DoctorFinding(
                kind="lost_journal_lives",
                what=summary.node,
                detail="Index takes its journal for lost, but a process works with it: two nodes have one name.",
                mend=RESTART,
            )


def late(summary: JournalSummary) -> Iterator[DoctorFinding]:
    """Findings of a journal whose rows do not leave it, although a process works with it."""
    if summary.oldest_unconfirmed_ms > _LATE_MS:
        yield DoctorFinding(
            kind="commands_unconfirmed",
            what=summary.node,
            detail=f"{counted(summary.unconfirmed, 'command')} not confirmed by the broker, the oldest for"
            f" {spent(summary.oldest_unconfirmed_ms)}.",
            mend="./winnow queues",
        )
    if summary.oldest_unapplied_ms > _LATE_MS:
        yield DoctorFinding(
            kind="events_unapplied",
            what=summary.node,
            detail=f"{counted(summary.unapplied, 'event')} not applied by index, the oldest for"
            f" {spent(summary.oldest_unapplied_ms)}.",
            mend="./winnow status",
        )


def _unsound(node: str, sentence: str) -> DoctorFinding:
    damaged = "damaged" in sentence or "cannot be opened" in sentence
    mend = RESTART if damaged else f"./winnow journal verify {node}"
    return DoctorFinding(kind="journal_unsound", what=node, detail=sentence, mend=mend)


def _held(journal: JournalHere, summary: JournalSummary, *, is_ours: bool) -> Iterator[DoctorFinding]:
    waits = summary.unconfirmed or summary.unapplied
    if not summary.living:
        held = f"{counted(summary.unconfirmed, 'unconfirmed command')}, {counted(summary.unapplied, 'unapplied event')}"
        if is_ours and waits:
            yield DoctorFinding(
                kind="journal_idle", what=journal.node, detail=f"It does not run; it holds {held}.", mend=RESTART
            )
        elif not is_ours and (waits or summary.kept):
            yield DoctorFinding(
                kind="journal_orphaned",
                what=journal.node,
                detail=f"No such node is started any more; its journal holds {held}, {summary.kept} kept.",
                mend=f"./winnow journal adopt {journal.folder}",
            )
        return
    yield from late(summary)
