"""What a head announces of its request's body, for whoever waits for short bodies before a thread takes the request."""

import re

SHORT_BODY_BYTES = 65_536
"""A longer body comes while a thread has its request."""
_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,5})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_SIZE = re.compile(rb"[0-9a-f]{1,8}", re.IGNORECASE)
_EXPECTS = re.compile(rb" HTTP/1\.1\r\n(?:.*\r\n)?expect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE | re.DOTALL)


class AnnouncedBody:
    """The body of the request whose whole head stands at the beginning of ``came``.

    ``most_bytes`` of it are waited for, as they come, framing and all: none of a longer body. In chunks nobody knows
    how long it is. What is wrong with it is for its reader to say.
    """

    def __init__(self, came: bytearray) -> None:
        self._begins = came.index(_HEAD_ENDS) + len(_HEAD_ENDS)
        head = bytes(came[: self._begins])
        length, self._in_chunks = _LENGTH.search(head), _CHUNKED.search(head) is not None
        self._chunk_begins, self._was_last = self._begins, False
        self.most_bytes = SHORT_BODY_BYTES if self._in_chunks else 0
        if length is not None:  # with both the request is refused
            self.most_bytes = int(length[1]) if not self._in_chunks and int(length[1]) <= SHORT_BODY_BYTES else 0
        self.is_to_be_asked_for = bool(self.most_bytes) and _EXPECTS.search(head) is not None

    def has_come(self, came: bytearray) -> bool:
        """Whether no more of it is waited for. ``came`` has grown since the last call."""
        return len(came) >= self._begins + self.most_bytes or (self._in_chunks and self._has_ended(came))

    def _has_ended(self, came: bytearray) -> bool:
        """Whether the last chunk has come, and the empty line behind it and its trailers (RFC 9112, section 7.1)."""
        while (line_ends := came.find(b"\r\n", self._chunk_begins)) >= 0:
            line = bytes(came[self._chunk_begins : line_ends])
            self._chunk_begins = line_ends + 2
            if self._was_last:
                if not line:
                    return True
                continue
            size_text = line.partition(b";")[0].strip()
            if not _SIZE.fullmatch(size_text):
                return True
            size = int(size_text, 16)
            self._was_last = size == 0
            self._chunk_begins += size + 2 if size else 0
        return False
