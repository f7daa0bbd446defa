"""The error for captions that cannot be used."""

from winnow_contracts.errors import BadInput


class WrongCaptions(BadInput):
    """Captions cannot be used. ``line`` counts from 1; 0 if no single line is at fault."""

    def __init__(self, why: str, *, line: int = 0, code: str = "invalid-captions") -> None:
        where = f"line {line}: " if line else ""
        super().__init__(
            f"The captions cannot be used: {where}{why}",
            code=code,
            hint="Send them as WebVTT or SubRip, or send the recording without captions.",
        )
        self.line = line
