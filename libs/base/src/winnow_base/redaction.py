"""Redacts secrets and signed links from what errors and arguments say, before it is stored or shown."""

import re
from typing import Any

REDACTED = "[redacted]"
_SECRET_NAME = re.compile(
    r"(?:^|[_-])(?:password|passwd|secret|token|api_?key|secret_?key|access_?key|authorization|credentials?|cookie"
    r"|signature)$",
    re.IGNORECASE,
)
"""Names of fields whose values are secrets, with or without a prefix. ``original_key`` and ``tokens_in`` are none."""
_SECRET_TEXTS = (
    # A Winnow key: its id is no secret and tells whose it is.
    (re.compile(r"\b(wk_live_[A-Za-z0-9]+)_[A-Za-z0-9]+(?:_[0-9a-f]+)?"), rf"\1_{REDACTED}"),
    (re.compile(r"\bwhsec_[A-Za-z0-9+/=]+"), REDACTED),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}"), REDACTED),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), REDACTED),
    # The user's part of an address, and the signature in its query.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@:]+:[^\s/@]+@", re.IGNORECASE), rf"\1{REDACTED}@"),
    (
        re.compile(
            r"([?&](?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|AWSAccessKeyId|sig|token|access_token"
            r"|api_?key|key)=)[^&\s\"'<>]+",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
    (
        re.compile(
            r"(\b\w*(?:password|passwd|secret|api_?key|access_?key)\w*[\"']?\s*[=:]\s*)(?:\"[^\"]+\"|'[^']+'|[^\s,;&\"']+)",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
)


def redact(value: Any) -> Any:
    """The JSON value with every secret that can be told by its name or its form replaced by ``[redacted]``."""
    match value:
        case str():
            return redact_text(value)
        case dict():
            return {name: REDACTED if _is_secret(name, item) else redact(item) for name, item in value.items()}
        case list() | tuple():
            return [redact(item) for item in value]
        case _:
            return value


def redact_text(text: str) -> str:
    """The text without secrets: keys, bearer tokens, passwords, and the signatures of signed links."""
    for pattern, replacement in _SECRET_TEXTS:
        text = pattern.sub(replacement, text)
    return text


def _is_secret(name: str, item: Any) -> bool:
    return isinstance(item, str) and item != "" and _SECRET_NAME.search(name) is not None
