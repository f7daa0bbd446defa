"""Names the stage under which a task's steps are stored."""

from winnow_contracts.envelope import Envelope


def stage_key(envelope: Envelope) -> tuple[str, str]:
    """The job and the stage of a task. Steps belong to these and not to one run, so that the next run inherits them."""
    command = envelope.command
    return command.job_id, f"{command.ACTOR}/{command.part}"
