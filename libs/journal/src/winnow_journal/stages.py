"""Where a task's steps are kept."""

from winnow_contracts.envelope import Envelope


def stage_key(envelope: Envelope) -> tuple[str, str]:
    """Steps belong to a job's stage, not to one run, so that the next run inherits them."""
    command = envelope.command
    return command.job_id, f"{command.ACTOR}/{command.part}"
