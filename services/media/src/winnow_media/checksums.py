"""Compares a file with the hash that its sender named, where nobody could do so while it was sent."""

import hashlib
from collections.abc import Iterable, Iterator

from winnow_contracts.errors import Permanent


def compared(chunks: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    """Give the chunks on. Raises Permanent (``checksum-mismatch``) at the end of a file whose hash is another than
    ``sha256``, which is hex; an empty one is not compared.
    """
    digest = hashlib.sha256()
    for chunk in chunks:
        if sha256:
            digest.update(chunk)
        yield chunk
    if sha256 and digest.hexdigest() != sha256:
        # Not BadInput: without a poster a job goes on, and these bytes are not the sender's.
        raise Permanent(
            f"The file's SHA-256 is {digest.hexdigest()}, and its sender said {sha256}.",
            code="checksum-mismatch",
            hint="Send the file again; if nothing changed it meanwhile, it was damaged on its way.",
        )
