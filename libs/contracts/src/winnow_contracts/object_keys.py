"""Where bytes live in the store. A key never contains anything a user typed."""


def upload(tenant_id: str, media_id: str, upload_id: str) -> str:
    """A file as it was sent, good or not. Written once: what a verdict was given on never changes under its key."""
    return f"{uploads(tenant_id, media_id)}/{upload_id}"


def uploads(tenant_id: str, media_id: str) -> str:
    """What all uploads of a media lie under. Where this is a key itself, an earlier version wrote it."""
    return f"in/t/{tenant_id}/{media_id}"


def promoted(tenant_id: str, media_id: str) -> str:
    """Where earlier versions copied an upload to after a good verdict."""
    return f"ok/t/{tenant_id}/{media_id}/original"


def derived(tenant_id: str, media_id: str, attempt_id: str, name: str) -> str:
    """A file made by one attempt of a task; index keeps the winner's keys, a sweep removes the rest."""
    return f"ok/t/{tenant_id}/{media_id}/{attempt_id}/{name}"


def paid_answer(tenant_id: str, content_hash: str) -> str:
    """An AI answer by the hash of all that determined it, so that no node pays twice."""
    return f"paid/t/{tenant_id}/{content_hash}.json"


def acceptance(task_id: str) -> str:
    """The second copy of an accepted command while the broker is away."""
    return f"accepted/{task_id}.json"


ACCEPTANCES = "accepted/"
"""Prefix of all acceptances."""
