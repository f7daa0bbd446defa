"""The kind of a job by whoever works for it, until its acceptance tells."""

from winnow_contracts.stages import stages


def kind_of(actor: str) -> str:
    """``photo`` or ``drill`` where the actor works for no other kind, else ``recording``."""
    return next((kind for kind in ("photo", "drill") if actor in stages(kind)), "recording")
