"""What a node gives one of its lanes: threads of its own, and how much it takes from the broker for them."""

from dataclasses import dataclass

from winnow_base.environment import Environment


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A lane that a node takes from. Its ``threads`` run nothing else: no lane waits for the tasks of another.

    ``prefetch`` is how many messages the node takes for each of the threads, the one that runs included. With 1 no
    message waits behind a task that another node could begin; more spare short tasks the way to the broker and back.
    """

    name: str
    threads: int
    prefetch: int = 1

    @property
    def messages(self) -> int:
        """The most messages of the lane that the node holds at once."""
        return self.threads * self.prefetch


def read_lane(environment: Environment, name: str, *, threads: int, prefetch: int = 1) -> Lane:
    """The lane ``name`` with its settings, or these defaults.

    Example::

        read_lane(environment, queues.AI_SPEECH, threads=16)  # WINNOW_AI_SPEECH_THREADS, WINNOW_AI_SPEECH_PREFETCH
    """
    variable = f"WINNOW_{name.upper().replace('.', '_')}"
    return Lane(
        name=name,
        threads=environment.integer(f"{variable}_THREADS", threads, at_least=1),
        prefetch=environment.integer(f"{variable}_PREFETCH", prefetch, at_least=1),
    )
