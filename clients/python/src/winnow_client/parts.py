"""Sends a large file in parts: a broken connection or an ended program costs one part, and the next call goes on."""

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from winnow_client.calls import UPLOAD_SECONDS, Answer, Call, call, checked, keyed
from winnow_client.captions_file import CaptionsFile
from winnow_client.errors import Gone, NotFound, Unavailable
from winnow_client.file_body import FileBody, silent
from winnow_client.files import readable, unreadable
from winnow_client.flows import Exchange, Flow, Hash, asking, repeating, sending
from winnow_client.generated import operations
from winnow_client.generated.models import Accepted, SentCaptions, Upload
from winnow_client.retries import Retries

LARGE_BYTES = 32 << 20
"""Files above this size are sent in parts."""
HASHED_BYTES = 1 << 30
"""Of those, files up to this size are hashed first, to ask whether they are stored already: a second or two, in which
the disk's cache takes in what is sent next. A larger one would be read from the disk twice."""
_RETRIES = Retries(first_seconds=2.0)
"""Those of an upload that is begun, whatever the client's own are: nobody gives up gigabytes for a moment's trouble."""
# Both may be repeated as they are. With a key the gateway would keep an answer for each part.
_SIGN = replace(operations.SIGN_UPLOAD_PARTS, takes_key=False)
_COMPLETE = replace(operations.COMPLETE_UPLOAD, takes_key=False)


def sending_parts(
    whole: FileBody,
    key: str | None,
    again: bool,
    options: Mapping[str, Any],
    retries: Retries,
    captions: CaptionsFile | None = None,
) -> Flow[tuple[Accepted, bool]]:
    """Sends the captions of a file and the parts of it that are not stored yet, and returns its job.

    Raises WinnowError; what was sent stays for a day.

    Unless it is sent ``again``, a file that the account has stored already is not sent: its job of before is returned,
    and True.
    """
    upload = yield from _declared(whole, key, again, options, retries, captions)
    if upload.status == "already-stored":
        whole.on_progress(whole.size_bytes, whole.size_bytes)
        assert upload.media_id
        assert upload.job_id
        return Accepted(media_id=upload.media_id, job_id=upload.job_id, status="queued", links=upload.links), True
    completion: dict[str, Any] = {}
    if upload.status == "completed":
        whole.on_progress(whole.size_bytes, whole.size_bytes)
    else:
        if captions is not None:  # first: wrong ones are refused before gigabytes are sent
            yield from repeating(lambda: asking(_put_captions(upload.id, captions)), _RETRIES)
        marks = yield from _sent(whole, upload)
        if all(marks.values()):  # else the store counts its parts itself
            completion = {"parts": [{"n": number, "etag": mark} for number, mark in sorted(marks.items())]}
    complete = call(_COMPLETE, value=completion, upload_id=upload.id)
    return (yield from repeating(lambda: asking(complete), _RETRIES)), upload.status == "completed"


def _put_captions(upload_id: str, captions: CaptionsFile) -> Call[SentCaptions]:
    query = {"filename": captions.name}
    headers = {"Content-Type": "application/octet-stream"}
    return call(operations.PUT_UPLOAD_CAPTIONS, query=query, headers=headers, body=captions.data, upload_id=upload_id)


def _declared(
    whole: FileBody,
    key: str | None,
    again: bool,
    options: Mapping[str, Any],
    retries: Retries,
    captions: CaptionsFile | None,
) -> Flow[Upload]:
    """The upload of a file: a new one, the one that was broken off, or the one that is completed.

    Without a ``key``, one whose job failed, was cancelled or was deleted is left behind for a new one: who sends the
    file again wants it done. So is one that is completed, if the file is to be sent ``again``.
    """
    wanted = {name: value for name, value in options.items() if value is not None}
    value = {"kind": "av", "filename": whole.name, "size_bytes": whole.size_bytes, **wanted}
    if again:
        value["again"] = True
    elif captions is None and whole.size_bytes <= HASHED_BYTES:  # captions may say what the stored one does not
        value["sha256"] = yield Hash(replace(whole, on_progress=silent))
    if key:
        return (yield from sending(call(operations.DECLARE_UPLOAD, value=value, headers=keyed(key)), retries))
    made = _key(whole, value, captions)
    for turn in itertools.count():
        declare = call(operations.DECLARE_UPLOAD, value=value, headers=keyed(f"{made}-{turn}"))
        try:
            upload = yield from sending(declare, retries)
            if not upload.job_id or upload.status == "already-stored":
                return upload
            if not again and not (yield from _is_in_vain(upload.job_id, retries)):
                return upload
        except Gone:
            continue
    raise AssertionError("there is always another turn")


def _key(whole: FileBody, value: Mapping[str, Any], captions: CaptionsFile | None) -> str:
    try:
        changed_ns = whole.file.stat().st_mtime_ns
    except OSError as error:
        raise unreadable(whole.file, error) from error
    beside = [captions.name, captions.sha256] if captions else []
    facts = json.dumps([readable(whole.file.resolve()), changed_ns, value, *beside], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()


def _is_in_vain(job_id: str, retries: Retries) -> Flow[bool]:
    """Whether a job failed or was cancelled. Raises Gone if it was deleted."""
    try:
        job = yield from sending(call(operations.GET_JOB, job_id=job_id), retries)
    except Gone:
        raise
    except NotFound:
        return False  # it was accepted a moment ago
    return job.status in ("failed", "cancelled")


def _sent(whole: FileBody, upload: Upload) -> Flow[dict[int, str]]:
    """Sends what the store lacks; returns the mark of each part by its number, empty where it is not known."""
    part_bytes = upload.part_size or whole.size_bytes
    starts = dict(enumerate(range(0, whole.size_bytes, part_bytes), 1))
    sizes = {number: min(part_bytes, whole.size_bytes - start) for number, start in starts.items()}
    known = yield from sending(call(operations.GET_UPLOAD, upload_id=upload.id), _RETRIES)
    marks = {part.n: part.etag or "" for part in known.parts if part.size_bytes == sizes.get(part.n)}
    for number in sorted(starts.keys() - marks.keys()):
        tell = partial(_tell, whole, sum(sizes[other] for other in marks))
        part = replace(whole, start=starts[number], size_bytes=sizes[number], on_progress=tell)
        marks[number] = yield from repeating(partial(_send, upload.id, number, part), _RETRIES)
    return marks


def _tell(whole: FileBody, before: int, sent_bytes: int, _: int) -> None:
    whole.on_progress(before + sent_bytes, whole.size_bytes)


def _send(upload_id: str, number: int, part: FileBody) -> Flow[str]:
    """Sends a part by a fresh address, to the gateway or to its store; returns its mark (ETag)."""
    signed = yield from asking(call(_SIGN, value={"numbers": [number]}, upload_id=upload_id))
    url = signed.parts[0].url or ""
    scheme, host, *_ = urlsplit(url)
    store = f"{scheme}://{host}" if host else ""
    headers = {"Content-Length": str(part.size_bytes), "Content-Type": "application/octet-stream"}
    put = Call(
        method="PUT",
        target=url.removeprefix(store),
        read=_mark,
        headers=headers,
        body=part,
        silence_seconds=UPLOAD_SECONDS,
    )
    answer: Answer = yield Exchange(put, store)
    if store and answer.status >= 300:
        # Its answer is no problem of Winnow's; a fresh address may help.
        raise Unavailable(f"Winnow's store at {host} answered with status {answer.status}.")
    return put.read(checked(answer))


def _mark(answer: Answer) -> str:
    return answer.headers.get("etag", "").strip('"')
