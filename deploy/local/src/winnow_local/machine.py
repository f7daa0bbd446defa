"""This machine for ``winnow trace`` and the doctor: the journals in the stack's home, and the broker's queues."""

from functools import partial

from winnow_cli.locate.machine import Machine
from winnow_contracts.errors import Unavailable
from winnow_contracts.node_api import JobRecords
from winnow_journal.inspect.view import open_view
from winnow_journal.values import JournalUnusable
from winnow_local import broker_view
from winnow_local.context import amqp_url, here
from winnow_local.journals_here import JournalHere, adopted_journals, journals_of
from winnow_local.stack import Stack


def this_machine() -> Machine:
    """The machine with the stack of this home."""
    return machine_of(here())


def machine_of(stack: Stack) -> Machine:
    """The machine with a stack: its journals, also those of dead nodes, and the queues of its broker."""
    adopted = adopted_journals(stack.home)
    return Machine(
        journals={journal.node: partial(_records, journal) for journal in (*journals_of(stack.home), *adopted)},
        adopted={journal.node: journal.folder for journal in adopted},
        queues=lambda names: broker_view.queue_states(amqp_url(stack), names),
    )


def _records(journal: JournalHere, job_id: str) -> JobRecords | None:
    try:
        with open_view(journal.folder) as view:
            records = view.job(job_id)
    except JournalUnusable as error:
        raise Unavailable(str(error), dependency="journal") from error
    return records if records.known else None
