"""Keys of the objects in the store. A key never contains anything a user typed."""


def upload(tenant_id: str, media_id: str, upload_id: str) -> str:
    """An uploaded file, valid or not. It is written once, so that the file of a verdict never changes."""
    return f"{uploads(tenant_id, media_id)}/{upload_id}"


def uploads(tenant_id: str, media_id: str) -> str:
    """The prefix of a media's uploads. An object with this very key was written by an earlier version."""
    return f"in/t/{tenant_id}/{media_id}"


def captions(tenant_id: str, media_id: str, content_hash: str) -> str:
    """``Captions`` that came with an upload or after it; the same ones have the same key."""
    return f"{uploads(tenant_id, media_id)}/captions-{content_hash}"


def promoted(tenant_id: str, media_id: str) -> str:
    """The key to which earlier versions copied a valid upload."""
    return f"ok/t/{tenant_id}/{media_id}/original"


def derived(tenant_id: str, media_id: str, attempt_id: str, name: str) -> str:
    """A file that one attempt of a task made.

    Index keeps the winning attempt's keys; the object sweep removes the rest.
    """
    return f"ok/t/{tenant_id}/{media_id}/{attempt_id}/{name}"


def paid_answer(tenant_id: str, content_hash: str) -> str:
    """A cached AI answer, by the hash of everything that determined it, so that no node pays twice."""
    return f"{PAID_ANSWERS}t/{tenant_id}/{content_hash}.json"


def answer_mark(tenant_id: str, media_id: str, content_hash: str) -> str:
    """An empty object that tells for which media an answer was paid, so that it can be deleted with it."""
    return f"{answer_marks(tenant_id, media_id)}{content_hash}"


def answer_marks(tenant_id: str, media_id: str) -> str:
    """The prefix of a media's marks."""
    return f"{ANSWER_MARKS}t/{tenant_id}/{media_id}/"


def probe(name: str) -> str:
    """What a check writes and removes at once, to see whether the store takes writes."""
    return f"{PROBES}{name}"


def acceptance(task_id: str) -> str:
    """The second copy of an accepted command, while the broker is away."""
    return f"accepted/{task_id}.json"


def claim(tenant_id: str, job_id: str) -> str:
    """What was accepted under the Idempotency-Key that ``job_id`` was made of. It is written once."""
    return f"{CLAIMS}t/{tenant_id}/{job_id}.json"


def action(tenant_id: str, action_id: str) -> str:
    """Which request has the Idempotency-Key that ``action_id`` was made of, and what it was answered."""
    return f"{ACTIONS}t/{tenant_id}/{action_id}.json"


def declared_upload(tenant_id: str, upload_id: str) -> str:
    """What an upload in parts was declared as, until it is completed or given up."""
    return f"{DECLARED_UPLOADS}t/{tenant_id}/{upload_id}.json"


PAID_ANSWERS = "paid/"
"""Prefix of all cached AI answers."""

ANSWER_MARKS = "paid-for/"
"""Prefix of the marks that tell for which media each answer was paid."""

PROBES = "probe/"
"""Prefix of what probes write. Those of a process that was killed meanwhile stay until index removes them."""

CLAIMS = "keyed/"
"""Prefix of what was accepted under each Idempotency-Key."""

ACTIONS = "acted/"
"""Prefix of the answers that are kept for repeats of a request with an Idempotency-Key."""

ACCEPTANCES = "accepted/"
"""Prefix of all acceptances."""

DECLARED_UPLOADS = "uploading/"
"""Prefix of all declared uploads."""
