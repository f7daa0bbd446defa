"""The spans of time that pages of history offer, up to now."""

from collections.abc import Sequence
from dataclasses import dataclass

from winnow_contracts.envelope import now_ms

_HOUR_MS = 3_600_000


@dataclass(frozen=True, kw_only=True)
class Span:
    """A span by its name in addresses; ``text`` as in "Last …", ``since`` as a command line takes it."""

    name: str
    text: str
    since: str
    hours: int

    def since_ms(self) -> int:
        """When it began, in Unix milliseconds."""
        return now_ms() - self.hours * _HOUR_MS


SPANS = (
    Span(name="hour", text="hour", since="1h", hours=1),
    Span(name="day", text="day", since="1d", hours=24),
    Span(name="week", text="week", since="7d", hours=7 * 24),
    Span(name="month", text="30 days", since="30d", hours=30 * 24),
)


def span_of(name: str | None, default: str, spans: Sequence[Span] = SPANS) -> Span:
    """The span of that name, else the default one."""
    known = {span.name: span for span in spans}
    return known.get(name or "", known[default])
