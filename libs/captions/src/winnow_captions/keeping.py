"""Captions as they are kept in the store: their cues, under a hash of them."""

import hashlib
import json
from dataclasses import dataclass

from winnow_contracts.captions import Captions
from winnow_contracts.json_codec import to_json


@dataclass(frozen=True, kw_only=True)
class KeptCaptions:
    """The bytes of a ``Captions`` object, and the hash for its key: the same captions have the same."""

    content: bytes
    sha256: str


def keep(captions: Captions) -> KeptCaptions:
    """The captions as JSON."""
    content = json.dumps(to_json(captions), ensure_ascii=False, sort_keys=True).encode()
    return KeptCaptions(content=content, sha256=hashlib.sha256(content).hexdigest())
