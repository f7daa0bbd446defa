"""Where bytes live in the store. A key never contains anything a user typed."""


def incoming(tenant_id: str, media_id: str) -> str:
    """An upload nobody has examined yet: quarantine."""
    return f"in/t/{tenant_id}/{media_id}"


def original(tenant_id: str, media_id: str) -> str:
    """The user's file after a good verdict."""
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
