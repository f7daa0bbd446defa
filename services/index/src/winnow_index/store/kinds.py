"""Guesses a job's kind from the actor that works for it, until its acceptance event arrives."""

from winnow_contracts.stages import stages


def kind_of(actor: str) -> str:
    """``photo``, ``drill``, ``webhook`` or ``feed`` if the actor works for no other kind, else ``recording``."""
    return next((kind for kind in ("photo", "drill", "webhook", "feed") if actor in stages(kind)), "recording")
