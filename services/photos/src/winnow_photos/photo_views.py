"""Public views of photos: index's answers with links and without store keys, and the views of photos just accepted."""

from typing import Any

from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts.commands import PreparePhoto
from winnow_contracts.index_api.photos import LabelView, PhotoView
from winnow_gateway.clients.views import instant
from winnow_journal.codec import plain
from winnow_photos.words import words

View = dict[str, Any]


def public_photo(view: PhotoView) -> View:
    """A photo with its classification in the API's shape, addresses and ``links``; ``error`` is None."""
    base, job = f"/v1/photos/{view.id}", f"/v1/jobs/{view.job_id}"
    answer = view.answer if view.status == "ready" else None
    shown = {name: value for name, value in plain(view).items() if name not in ("keys", "answer")}
    return {
        **shown,
        "classification": None if answer is None else classification(answer),
        "error": None,
        "image_url": None if answer is None else f"{base}/image",
        "thumbnail_url": None if answer is None else f"{base}/thumbnail",
        "play_url": f"/p/{view.id}",
        "links": {
            "self": base,
            "classification": f"{base}/classification",
            "feedback": f"{base}/feedback",
            "job": job,
            "events": f"{job}/events",
        },
    }


def classification(answer: View) -> View:
    """Returns what was found on a photo and how it is thrown away, from a ``PhotoAnswer`` as JSON.

    Every item has its own ``rule`` and ``guidance``; those of the first item also stand beside the items.
    """
    finding, language = answer["finding"], answer["language"]
    advice = {each["item"]: each for each in answer["advice"]}
    items = [{**item, **_advice(advice.get(at), answer)} for at, item in enumerate(finding["items"])]
    first: View = items[0] if items else {}
    said = words(language)
    return {
        "items": items,
        "abstained": finding["abstained"],
        "nothing": _worded(finding.get("nothing"), said.nothing),
        "better_photo": _worded(finding.get("better_photo"), said.better_photo),
        "rule": first.get("rule"),
        "guidance": first.get("guidance"),
        "language": language,
        "region": answer["region"],
        "model": finding["model"],
        "prompt": finding["prompt"],
        "threshold": finding["threshold"],
        "cached": bool(finding.get("cached", False)),
        "warnings": list(answer.get("warnings", [])),
    }


def accepted_photo(job: AcceptedJob) -> PhotoView:
    """The photo of a job that index has not heard of yet."""
    command, accepted = job.command, job.accepted
    assert isinstance(command, PreparePhoto)
    return PhotoView(
        id=command.media_id,
        job_id=command.job_id,
        status="processing",
        created_at=instant(accepted.created_ms),
        title=accepted.title,
        filename=accepted.filename,
        content_type=accepted.content_type,
        size_bytes=accepted.size_bytes,
    )


def labelled(label: LabelView) -> View:
    """Returns one correction as labelled data: with the answer it corrects, and the picture's URL instead of its store
    key.
    """
    shown = {name: value for name, value in plain(label).items() if name != "image_key"}
    return {**shown, "image_url": f"/v1/photos/{label.media_id}/image"}


def _advice(advice: View | None, answer: View) -> View:
    if advice is None:
        return {"rule": None, "guidance": None}
    guidance = {
        "steps": advice["steps"],
        "guided_by": advice["guided_by"],
        "model": advice.get("model", ""),
        "language": answer["language"],
    }
    return {"rule": advice["rule"], "guidance": guidance}


def _worded(code: str | None, texts: dict[str, str]) -> View | None:
    return None if code is None else {"code": code, "text": texts.get(code, code)}
