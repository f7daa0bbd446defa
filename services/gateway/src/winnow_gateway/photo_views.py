"""What people see of photos: index's answers with links, without store keys, and the same of a photo just accepted."""

from typing import Any

from winnow_chassis.intake import AcceptedJob
from winnow_contracts.commands import PreparePhoto
from winnow_gateway.photo_words import words
from winnow_gateway.views import instant

View = dict[str, Any]
_UNPAID = {"calls": 0, "cached": 0, "tokens_in": 0, "tokens_out": 0, "cost_usd": None}


def public_photo(view: View) -> View:
    """Index's ``PhotoView`` with its classification in the API's shape, addresses and ``links``; ``error`` is None."""
    base = f"/v1/photos/{view['id']}"
    ready = view["status"] == "ready" and view.get("answer") is not None
    shown = {name: value for name, value in view.items() if name not in ("keys", "answer")}
    job = f"/v1/jobs/{view['job_id']}"
    return {
        **shown,
        "classification": classification(view["answer"]) if ready else None,
        "error": None,
        "image_url": f"{base}/image" if ready else None,
        "thumbnail_url": f"{base}/thumbnail" if ready else None,
        "play_url": f"/p/{view['id']}",
        "links": {
            "self": base,
            "classification": f"{base}/classification",
            "feedback": f"{base}/feedback",
            "job": job,
            "events": f"{job}/events",
        },
    }


def classification(answer: View) -> View:
    """What was found on a photo and how it is thrown away, from a ``PhotoAnswer`` as JSON.

    Every item has its own ``rule`` and ``guidance``; those of the first stand beside the items once more.
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


def accepted_photo(job: AcceptedJob) -> View:
    """The ``PhotoView`` of a job that index has not heard of yet."""
    command, accepted = job.command, job.accepted
    assert isinstance(command, PreparePhoto)
    return {
        "id": command.media_id,
        "job_id": command.job_id,
        "status": "processing",
        "created_at": instant(accepted.created_ms),
        "title": accepted.title,
        "filename": accepted.filename,
        "content_type": accepted.content_type,
        "size_bytes": accepted.size_bytes,
        "width": None,
        "height": None,
        "warnings": [],
        "answer": None,
        "keys": {},
        "spent": dict(_UNPAID),
        "feedback": [],
    }


def labelled(item: View) -> View:
    """One correction with what had been said, as labelled data: the picture's address instead of its store key."""
    shown = {name: value for name, value in item.items() if name != "image_key"}
    return {**shown, "image_url": f"/v1/photos/{item['media_id']}/image"}


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
