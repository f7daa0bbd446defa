"""Serves objects from the store: byte ranges, ETags, links, and content types that cannot be misread."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response

from winnow_base.http.detached_body import DetachedBody
from winnow_base.http.long_requests import LongRequests
from winnow_base.http.ranges import Unsatisfiable, read_range
from winnow_base.objects.store import ObjectStore
from winnow_gateway.http.operations import ApiAnswer, Call, QueryParameter, Schema
from winnow_gateway.http.problems import problem

RANGE = QueryParameter(name="Range", about="One byte range.", schema={"type": "string"})
IF_NONE_MATCH = QueryParameter(
    name="If-None-Match", about="The ETag of what the caller has.", schema={"type": "string"}
)
SHORT_BYTES = 256 << 10
"""An answer of so many bytes is a short request: a page full of small pictures must not use up its key's places."""
_BINARY: Schema = {"type": "string", "format": "binary"}


_LINK_SECONDS, _SAME_LINK_SECONDS = 900, 300
"""How long a link to the store is good for, and how long a file keeps the same one: browsers keep files by address."""
_A_WHILE = "private, max-age=300"
FOREVER = "private, max-age=31536000, immutable"
"""For what never changes at its address. ``private`` keeps it out of shared caches."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """One stored object to serve. A ``content_type`` that is not in ``fit`` is only downloaded, as plain bytes.

    ``cache_control`` is for the gateway's address. An ``original`` is what a person has sent, as they sent it.
    """

    key: str
    content_type: str
    fit: Collection[str]
    filename: str
    original: bool = False
    cache_control: str = _A_WHILE

    def headers(self, cache_control: str) -> dict[str, str]:
        """What keeps the file from being read as anything else."""
        fits = self.content_type in self.fit
        return {
            "Content-Type": self.content_type if fits else "application/octet-stream",
            "Content-Disposition": disposition("inline" if fits else "attachment", self.filename),
            "Cache-Control": cache_control,
        }


class FileServing:
    """Serves objects: through the gateway, or by ``links`` where browsers reach the store.

    ``open_answers`` counts what is open for long, also of others than files.
    """

    def __init__(self, objects: ObjectStore, links: ObjectStore | None, open_answers: LongRequests) -> None:
        self._objects = objects
        self._links = links
        self.open_answers = open_answers

    def serve(self, call: Call, served: Served) -> Response:
        """Returns the object, the requested range of it, a link to it, or 304 if the client has it. Raises NotFound,
        Unavailable, and RateLimited if the caller's key has too many answers open.
        """
        # The content of a key never changes, so the key's hash is the version.
        etag = f'"{hashlib.sha256(served.key.encode()).hexdigest()[:32]}"'
        headers = {
            **served.headers(served.cache_control),
            "Accept-Ranges": "bytes",
            "ETag": etag,
            # Two tenants may use one browser: neither may get from its cache what the other's key fetched.
            "Vary": "Authorization, Cookie",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        if has_version(call, etag):
            return Response(status=304, headers={name: headers[name] for name in ("ETag", "Cache-Control", "Vary")})
        if self._links is not None and call.request.method != "HEAD":
            told = served.headers(_A_WHILE if served.original else FOREVER)
            link = self._links.presigned_get(served.key, _LINK_SECONDS, told, same_for_seconds=_SAME_LINK_SECONDS)
            return Response(status=303, headers={"Location": link})
        size = self._objects.stat(served.key).size_bytes
        wanted = call.request.headers.get("Range") if _same_version(call, etag) else None
        try:
            part = read_range(wanted, size)
        except Unsatisfiable:
            about = f"The file has {size} bytes; the range {wanted!r} lies outside."
            return problem("range-not-satisfiable", about, headers={"Content-Range": f"bytes */{size}"})
        if part is not None:
            headers["Content-Range"] = part.content_range()
        start, length = (part.start, part.length) if part else (0, size)
        headers["Content-Length"] = str(length)
        body = self._body(call, served.key, start, length)
        return Response(body, 206 if part else 200, headers, direct_passthrough=True)

    def _body(self, call: Call, key: str, start: int, length: int) -> Iterable[bytes]:
        if call.request.method == "HEAD":
            return ()
        if length <= SHORT_BYTES:
            return (self._objects.get_bytes(key, start, length),)
        return self.open_answers.answer(
            call.principal.key_id, lambda: DetachedBody(self._objects.pieces(key, start, length))
        )


def has_version(call: Call, etag: str) -> bool:
    """Whether If-None-Match names this version (RFC 9110, section 13.1.2)."""
    return call.request.if_none_match.contains_weak(etag.strip('"')) or "*" in call.request.if_none_match


def file_answers(media_types: Collection[str]) -> tuple[ApiAnswer, ...]:
    """The success answers of an operation that serves a file."""
    content = dict.fromkeys((*media_types, "application/octet-stream"), _BINARY)
    return (
        ApiAnswer(status=200, about="All of it.", content=content, headers=("Accept-Ranges", "ETag", "Cache-Control")),
        ApiAnswer(status=206, about="The range.", content=content, headers=("Content-Range", "ETag")),
        ApiAnswer(status=303, about="It is there, for some minutes.", content={}, headers=("Location",)),
        ApiAnswer(status=304, about="The caller has it.", content={}, headers=("ETag",)),
    )


def _same_version(call: Call, etag: str) -> bool:
    return call.request.headers.get("If-Range", etag) == etag


def disposition(kind: str, filename: str) -> str:
    """Returns a Content-Disposition with the real name and an ASCII fallback (RFC 6266)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\;%' else "_" for c in filename)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
