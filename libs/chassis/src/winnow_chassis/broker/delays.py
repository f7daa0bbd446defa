"""Delays held by the broker: a chain of TTL queues, so that a delay of any length needs no worker's memory.

Level n holds a message for 2^n seconds. The routing key has the delay's bits, highest level first, and then the lane.
Each level's exchange sends a message either into its queue (bit 1) or on to the next level (bit 0). All messages in one
queue have the same TTL, so none waits behind a longer one. The scheme is kombu's native delayed delivery.

A message whose delay is over goes through the due queue of its lane, which has no bound. RabbitMQ moves at most 32
messages of a queue at a time, and those that a full lane refuses stay among them: they hold up the due queue of that
lane, and neither a level nor another lane.

Time counts while the broker is down. But a message that is due at one level stays there until the broker is back, and
only then starts the next level. So it is late by at most the time that the broker was away.
"""

import math

LEVELS = 26
"""Levels of 2^0 … 2^25 seconds: over a year together."""
OUT_EXCHANGE = "winnow.delay.out"
_DUE = "due"


def level_name(level: int) -> str:
    """The name of a level's exchange and of its queue."""
    return f"winnow.delay.{level}"


def due_name(lane: str) -> str:
    """The queue of the messages that are on their way from a delay into ``lane``."""
    return f"winnow.delay.{_DUE}.{lane}"


def due_pattern(lane: str) -> str:
    """The binding pattern that matches routing keys of delays that end in ``lane``'s due queue."""
    return f"#.{lane}.{_DUE}"


def direct_pattern(lane: str) -> str:
    """The same for delays that end in ``lane`` itself, as earlier versions send them."""
    return f"#.{lane}"


def route(delay_ms: int, queue: str) -> tuple[str, str]:
    """Exchange and routing key that bring a message to ``queue`` after ``delay_ms``, rounded up to seconds."""
    seconds = math.ceil(delay_ms / 1000)
    if seconds <= 0:
        return "", queue
    if seconds >= 1 << LEVELS:
        raise ValueError(f"a delay of {seconds} s is longer than the {(1 << LEVELS) - 1} s that the broker can hold")
    bits = [str(seconds >> level & 1) for level in reversed(range(LEVELS))]
    return level_name(seconds.bit_length() - 1), ".".join([*bits, queue, _DUE])


def pattern(level: int, bit: int) -> str:
    """The binding pattern that matches routing keys with ``bit`` at ``level``."""
    return ".".join(["*"] * (LEVELS - 1 - level) + [str(bit), "#"])
