"""The one registry of problem codes: HTTP status and title of each (RFC 9457)."""

from dataclasses import dataclass

TYPE_BASE = "https://winnow.invalid/problems/"
"""Problem types are identifiers, not addresses; ``.invalid`` says so (RFC 2606)."""


@dataclass(frozen=True)
class ProblemType:
    """HTTP status and short title of a problem code."""

    status: int
    title: str


PROBLEMS: dict[str, ProblemType] = {
    "malformed": ProblemType(400, "The request cannot be read"),
    "invalid-cursor": ProblemType(400, "The cursor does not belong to this request"),
    "idempotency-key-missing": ProblemType(400, "An Idempotency-Key is needed"),
    "unauthenticated": ProblemType(401, "An API key is needed"),
    "forbidden": ProblemType(403, "This key may not do that"),
    "url-ingest-disabled": ProblemType(403, "Links are not fetched here"),
    "not-found": ProblemType(404, "There is no such thing"),
    "method-not-allowed": ProblemType(405, "This address does not take that method"),
    "not-acceptable": ProblemType(406, "The wanted form cannot be given"),
    "too-slow": ProblemType(408, "The request came too slowly"),
    "not-ready": ProblemType(409, "It is not ready yet"),
    "job-running": ProblemType(409, "Its job is still running"),
    "already-ended": ProblemType(409, "It has ended already"),
    "idempotency-in-progress": ProblemType(409, "The first request with this key is still being answered"),
    "upload-expired": ProblemType(410, "The upload was not completed in time"),
    "gone": ProblemType(410, "It was deleted"),
    "precondition-failed": ProblemType(412, "It was changed meanwhile"),
    "too-large": ProblemType(413, "The file is too large"),
    "uri-too-long": ProblemType(414, "The address is too long"),
    "unsupported-type": ProblemType(415, "This kind of file is not accepted"),
    "unsupported-codec": ProblemType(415, "The sound or picture is coded in a way that is not accepted"),
    "range-not-satisfiable": ProblemType(416, "The range lies outside the file"),
    "invalid-field": ProblemType(422, "A field has a value that cannot be used"),
    "empty-file": ProblemType(422, "The file is empty"),
    "size-mismatch": ProblemType(422, "Fewer or more bytes came than were announced"),
    "checksum-mismatch": ProblemType(422, "Other bytes came than were announced"),
    "idempotency-mismatch": ProblemType(422, "This Idempotency-Key was used with another request"),
    "invalid-captions": ProblemType(422, "The captions cannot be read"),
    "image-too-large": ProblemType(422, "The image has too many pixels"),
    "corrupt-image": ProblemType(422, "The image cannot be decoded"),
    "corrupt-media": ProblemType(422, "The file cannot be decoded"),
    "too-long": ProblemType(422, "The recording is too long"),
    "resource-limit": ProblemType(422, "Decoding the file takes more than is allowed"),
    "url-not-allowed": ProblemType(422, "This link is not fetched"),
    "url-not-fetched": ProblemType(422, "The link leads to no file"),
    "headers-too-large": ProblemType(431, "The request's headers are too large"),
    "precondition-required": ProblemType(428, "The version that is to be changed is needed"),
    "rate-limited": ProblemType(429, "Too many requests"),
    "budget-spent": ProblemType(429, "The day's budget for AI calls is spent"),
    "poison": ProblemType(500, "The task killed its worker"),
    "internal": ProblemType(500, "Something went wrong on our side"),
    "not-implemented": ProblemType(501, "This way of sending is not supported"),
    "upstream-invalid": ProblemType(502, "The AI endpoint gave an answer that cannot be used"),
    "source-unavailable": ProblemType(502, "The server of the link does not send the file"),
    "unavailable": ProblemType(503, "A part of Winnow does not answer"),
    "model-unavailable": ProblemType(503, "The AI model does not answer"),
    "upstream-timeout": ProblemType(504, "The AI endpoint took too long"),
    "quota-exceeded": ProblemType(507, "The account may not store that much"),
}

BAD_INPUT = frozenset(code for code, kind in PROBLEMS.items() if kind.status in (400, 413, 415, 422))
"""Codes of faults in the file or request itself: the result is the same however often it is tried."""
