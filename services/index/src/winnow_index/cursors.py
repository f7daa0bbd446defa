"""Cursors of lists: the last item shown, bound to the list's filters and signed, so that none can be made up."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from winnow_contracts.errors import BadInput

_SIGNATURE_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a list goes on: behind the item made at ``created_ms`` with this id."""

    created_ms: int
    item_id: str


class Cursors:
    """Writes and reads cursors, signed with a secret."""

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(b"cursor " + secret.encode()).digest()

    def write(self, place: Place, filters: tuple[str | None, ...]) -> str:
        """The cursor of a place in the list with these filters."""
        value = {"k": [place.created_ms, place.item_id], "f": _hash(filters), "v": 1}
        body = json.dumps(value, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._sign(body) + body).rstrip(b"=").decode()

    def read(self, text: str, filters: tuple[str | None, ...]) -> Place:
        """The place a cursor stands for. Raises BadInput (``invalid-cursor``) for any but this list's own."""
        try:
            data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            signature, body = data[:_SIGNATURE_BYTES], data[_SIGNATURE_BYTES:]
            if not hmac.compare_digest(signature, self._sign(body)):
                raise ValueError("the signature is wrong")
            value = json.loads(body)
            if value["v"] != 1 or value["f"] != _hash(filters):
                raise ValueError("it belongs to another list")
            return Place(created_ms=int(value["k"][0]), item_id=str(value["k"][1]))
        except (ValueError, KeyError, binascii.Error) as error:
            raise BadInput(
                "The cursor does not belong to this list.",
                code="invalid-cursor",
                hint="Use next_cursor as it was given, with the same filters.",
            ) from error

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256")[:_SIGNATURE_BYTES]


def _hash(filters: tuple[str | None, ...]) -> str:
    return hashlib.sha256(json.dumps(filters).encode()).hexdigest()[:16]
