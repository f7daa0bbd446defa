"""What becomes of a published message, as far as its publisher can know."""

from enum import Enum, auto


class Answer(Enum):
    """The three answers that a publish can get."""

    HELD = auto()
    """The broker confirmed the message: it is in a queue, or, for news that nobody needs to hear, was passed on."""
    REFUSED = auto()
    """The broker does not have it, and says so: the queue is full (a nack), or there is none (a return)."""
    UNKNOWN = auto()
    """Nobody can tell: there was no connection, or it was lost before the broker answered."""
